"""Queries answered by looking at the JSON of every event: written apart from the product, slow and plain.

Identifiers come from small pools, each in several spellings, so that no reading of identifiers is needed here.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bench.documents import place
from tests.trace.events.captured import START, observed

Body = Mapping[str, Any]
Parameters = dict[str, list[str]]

ITEMS = {"milk": ("9520000", "000003", "09520000000035"), "curd": ("9520000", "000004", "09520000000042")}
SPELLINGS: dict[str, tuple[str, ...]] = {}
"""The spellings of each thing by its name."""
for item, (prefix, reference, gtin) in ITEMS.items():
    for one in "ab":
        SPELLINGS[f"{item} serial {one}"] = (
            f"urn:epc:id:sgtin:{prefix}.{reference}.{one}",
            f"https://id.gs1.org/01/{gtin}/21/{one}",
            f"https://example.com/shop/01/{gtin}/10/LOT/21/{one}",
        )
        SPELLINGS[f"{item} lot {one}"] = (
            f"urn:epc:class:lgtin:{prefix}.{reference}.{one}",
            f"https://example.com/01/{gtin}/10/{one}",
        )
    SPELLINGS[f"{item} class"] = (f"urn:epc:idpat:sgtin:{prefix}.{reference}.*", f"https://id.gs1.org/01/{gtin}")
SPELLINGS["pallet"] = ("urn:epc:id:sscc:9520000.0000000001", "https://id.gs1.org/00/095200000000000011")
SPELLINGS["crate"] = ("urn:example:crate:1",)
PLACES = {
    f"place {number}": (place(number), place(number).replace("id.gs1.org", "example.com")) for number in (1, 2, 3)
}
SPELLINGS |= PLACES
SPELLINGS |= {f"paper {number}": (f"urn:epcglobal:cbv:bt:9520000000011:{number}",) for number in (1, 2)}
NAMES = {spelling: name for name, spellings in SPELLINGS.items() for spelling in spellings}

STEPS = ("shipping", "receiving", "storing")
WORD_STARTS = ("", "urn:epcglobal:cbv:bizstep:", "https://ref.gs1.org/cbv/BizStep-")
INSTANCES = [name for name in SPELLINGS if "serial" in name or name in ("pallet", "crate")]
CLASSES = [name for name in SPELLINGS if "lot" in name or "class" in name]
PATTERNS = {
    "urn:epc:idpat:sgtin:9520000.000003.*": [name for name in INSTANCES if name.startswith("milk")],
    "urn:epc:idpat:sgtin:9520000.*.*": [name for name in INSTANCES if "serial" in name],
    "urn:epc:idpat:sscc:9520000.*": ["pallet"],
    "https://id.gs1.org/01/09520000000042": [name for name in INSTANCES if name.startswith("curd")],
}
LEVELS = [1, 2, Decimal("2.5"), -3, "high", "low", "2026-03-01T00:00:00Z", "2026-03-02T08:00:00+08:00"]
UNITS = {"KGM": 1, "GRM": 1000}


class Pool:
    """Draws events and queries from the pools."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def spelling(self, name: str) -> str:
        return self.rng.choice(SPELLINGS[name])

    def word(self) -> str:
        return self.rng.choice(WORD_STARTS) + self.rng.choice(STEPS)

    def time(self) -> str:
        return (START + timedelta(minutes=self.rng.randint(0, 40))).isoformat()

    def some(self, names: Iterable[str], most: int = 2) -> list[str]:
        return [self.spelling(name) for name in self.rng.sample(sorted(names), self.rng.randint(1, most))]

    def quantities(self) -> list[dict[str, Any]]:
        found = []
        for spelling in self.some(CLASSES):
            amount: dict[str, Any] = {"epcClass": spelling}
            if self.rng.random() < 0.8:
                amount["quantity"] = self.rng.choice([1, 2, 2.5, 0.25, 100])
                if self.rng.random() < 0.5:
                    amount["uom"] = self.rng.choice(["KGM", "LTR"])
            found.append(amount)
        return found

    def event(self, number: int) -> dict[str, Any]:
        """An event of any type, with a bit of everything."""
        rng = self.rng
        body = observed(number, eventTime=self.time(), epcList=None)
        kind = rng.choice(["ObjectEvent", "ObjectEvent", "AggregationEvent", "TransformationEvent"])
        body["type"] = kind
        if kind == "ObjectEvent":
            body |= {"action": rng.choice(["OBSERVE", "OBSERVE", "DELETE"])}
            body |= {"epcList": self.some(INSTANCES), "quantityList": self.quantities()}
        elif kind == "AggregationEvent":
            body |= {"parentID": self.spelling("pallet"), "childQuantityList": self.quantities()}
            body["childEPCs"] = self.some([name for name in INSTANCES if name != "pallet"])
        else:
            del body["action"]
            body |= {"inputEPCList": self.some(INSTANCES), "outputQuantityList": self.quantities()}
            body |= {"transformationID": f"urn:example:blend:{rng.randint(1, 2)}"}
        for name, value in self.optional().items():
            if rng.random() < 0.5:
                body[name] = value
        return body

    def optional(self) -> dict[str, Any]:
        rng = self.rng
        report = {"type": rng.choice(["Temperature", "gs1:Temperature"]), "value": rng.choice([0, 15, -3.5])}
        heavy = {"type": "Mass", "value": rng.choice([1, 2, 1000]), "uom": rng.choice(list(UNITS))}
        return {
            "bizStep": self.word(),
            "readPoint": {"id": self.spelling(rng.choice(list(PLACES)))},
            "bizLocation": {"id": self.spelling(rng.choice(list(PLACES)))},
            "sourceList": [{"type": "location", "source": self.spelling(rng.choice(list(PLACES)))}],
            "destinationList": [{"type": "location", "destination": self.spelling(rng.choice(list(PLACES)))}],
            "bizTransactionList": [
                {"type": rng.choice(["po", "desadv", "cert"]), "bizTransaction": self.spelling(f"paper {number}")}
                for number in rng.sample([1, 2], rng.randint(1, 2))
            ],
            "example:level": rng.choice(LEVELS),
            "example:box": {"example:depth": rng.choice(LEVELS)},
            "sensorElementList": [{"sensorReport": [report | {"uom": "CEL"}, heavy]}],
        }

    def query(self) -> Parameters:
        """One to three parameters."""
        names = self.rng.sample(sorted(MEETS), self.rng.choice([1, 1, 2, 3]))
        return {name: self.values(name) for name in names}

    def values(self, name: str) -> list[str]:
        rng, op = self.rng, name[:2]
        if "Time" in name:
            return [self.time()]
        if name.startswith("MATCH"):
            classes = "Class" in name
            plain = self.some(CLASSES if classes else INSTANCES)
            return plain if classes or rng.random() < 0.6 else [rng.choice(list(PATTERNS))]
        if "level" in name or "depth" in name:
            return [str(rng.choice(LEVELS[:4] if op != "EQ" else LEVELS))]
        if "quantity" in name:
            return [str(rng.choice([1, 2, "2.5", "0.250", "0.3", 99]))]
        if "value" in name:
            return [str(rng.choice([0, 15, "-3.5", 1, 2, 1000, 2000]))]
        if name.startswith("EQ_bizTransaction"):
            return self.some(one for one in SPELLINGS if one.startswith("paper"))
        if name.partition("_")[2].partition("_")[0] in ("readPoint", "bizLocation", "source", "destination"):
            return self.some(PLACES)
        words = {
            "EQ_bizStep": [[self.word()], [self.word(), self.word()]],
            "EQ_action": [["OBSERVE"], ["DELETE"]],
            "eventType": [["ObjectEvent"], ["AggregationEvent", "TransformationEvent"]],
            "EQ_transformationID": [["urn:example:blend:1"], ["urn:example:blend:3"]],
            "EQ_type": [["Temperature"], ["Humidity"]],
        }
        return rng.choice(words.get(name, [["true"]]))


def meets(body: Body, parameters: Parameters) -> bool:
    """Whether an event meets every parameter."""
    return all(MEETS[name](body, values) for name, values in parameters.items())


def named(texts: Iterable[str]) -> set[str]:
    """What the spellings mean."""
    return {NAMES.get(text, text) for text in texts}


def asked(values: Iterable[str], classes: bool) -> set[str]:
    """What the values of a MATCH parameter mean."""
    found: set[str] = set()
    for value in values:
        found |= named([value]) if classes or value not in PATTERNS else set(PATTERNS[value])
    return found


def bare(word: str) -> str:
    for start in WORD_STARTS[1:]:
        word = word.removeprefix(start)
    return word


def typed(value: Any) -> Decimal | datetime | str:
    """A value as a number, a time or a text."""
    try:
        return Decimal(str(value))
    except ArithmeticError:
        pass
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return str(value)


def compares(op: str, value: Any, wanted: Any) -> bool:
    """Values of two kinds never compare."""
    mine, theirs = typed(value), typed(wanted)
    if type(mine) is not type(theirs):
        return False
    return {
        "EQ": mine == theirs,
        "GT": mine > theirs,  # type: ignore[operator]
        "GE": mine >= theirs,  # type: ignore[operator]
        "LT": mine < theirs,  # type: ignore[operator]
        "LE": mine <= theirs,  # type: ignore[operator]
    }[op]


def amounts(body: Body, uom: str | None) -> Iterator[Any]:
    for name in ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"):
        for one in body.get(name, ()):
            if "quantity" in one and (uom is None or one.get("uom") == uom):
                yield one["quantity"]


def listed(*names: str, classes: bool = False) -> Callable[[Body, list[str]], bool]:
    def meets_it(body: Body, values: list[str]) -> bool:
        found: list[str] = []
        for name in names:
            value = body.get(name, [])
            found += [value] if isinstance(value, str) else [one["epcClass"] if classes else one for one in value]
        return bool(named(found) & asked(values, classes))

    return meets_it


def referred(name: str, member: str, kind: str) -> Callable[[Body, list[str]], bool]:
    return lambda body, values: bool(
        named(one[member] for one in body.get(name, ()) if one["type"] == kind) & named(values)
    )


def reports(body: Body) -> Iterator[Body]:
    for element in body.get("sensorElementList", ()):
        yield from element["sensorReport"]


def any_of(op: str, read: Callable[[Body], Iterable[Any]]) -> Callable[[Body, list[str]], bool]:
    return lambda body, values: any(compares(op, found, wanted) for found in read(body) for wanted in values)


def weighed(body: Body) -> Iterator[Decimal]:
    """Reported masses in grams."""
    for report in reports(body):
        if report["uom"] in UNITS:
            yield Decimal(str(report["value"])) * (1000 if report["uom"] == "KGM" else 1)


def inside(name: str) -> Callable[[Body], list[Any]]:
    return lambda body: [body["example:box"][name]] if "example:box" in body else []


def single(name: str) -> Callable[[Body], list[Any]]:
    return lambda body: [body[name]] if name in body else []


MEETS: dict[str, Callable[[Body, list[str]], bool]] = {
    "eventType": lambda body, values: body["type"] in values,
    "EQ_action": lambda body, values: body.get("action") in values,
    "EQ_bizStep": lambda body, values: bare(body.get("bizStep", "-")) in map(bare, values),
    "EQ_readPoint": lambda body, values: bool(named([body.get("readPoint", {}).get("id")]) & named(values)),
    "EQ_bizLocation": lambda body, values: bool(named([body.get("bizLocation", {}).get("id")]) & named(values)),
    "EQ_transformationID": lambda body, values: body.get("transformationID") in values,
    "GE_eventTime": any_of("GE", single("eventTime")),
    "LT_eventTime": any_of("LT", single("eventTime")),
    "MATCH_epc": listed("epcList", "childEPCs"),
    "MATCH_parentID": listed("parentID"),
    "MATCH_inputEPC": listed("inputEPCList"),
    "MATCH_anyEPC": listed("epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList"),
    "MATCH_epcClass": listed("quantityList", "childQuantityList", classes=True),
    "MATCH_outputEPCClass": listed("outputQuantityList", classes=True),
    "MATCH_anyEPCClass": listed("quantityList", "childQuantityList", "outputQuantityList", classes=True),
    "EQ_source_location": referred("sourceList", "source", "location"),
    "EQ_destination_location": referred("destinationList", "destination", "location"),
    **{
        f"EQ_bizTransaction_{kind}": referred("bizTransactionList", "bizTransaction", kind)
        for kind in ("po", "desadv", "cert")
    },
    **{f"{op}_quantity": any_of(op, lambda body: amounts(body, None)) for op in ("EQ", "GT", "GE", "LT", "LE")},
    **{f"{op}_quantity_KGM": any_of(op, lambda body: amounts(body, "KGM")) for op in ("EQ", "GT", "LE")},
    **{f"{op}_example:level": any_of(op, single("example:level")) for op in ("EQ", "GT", "GE", "LT", "LE")},
    **{f"{op}_INNER_example:depth": any_of(op, inside("example:depth")) for op in ("EQ", "GE", "LT")},
    **{f"{op}_value_GRM": any_of(op, weighed) for op in ("EQ", "GT", "LE")},
    "EXISTS_example:box": lambda body, values: "example:box" in body,
    "EXISTS_sensorElementList": lambda body, values: "sensorElementList" in body,
    "EQ_type": lambda body, values: any(report["type"].removeprefix("gs1:") in values for report in reports(body)),
}
"""How an event meets the values of each parameter."""
