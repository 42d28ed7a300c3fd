"""Samples in number: lists, pass rates, plans, credit files and what early warning asks, on both databases.

`python -m bench.oversight_samples [--samples N]`. Of N samples in plans of 250 nine in ten are final, one in twelve of
these failed; each was tested for three items. The best and the median of the operations, without HTTP.
"""

import argparse
import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench import tables
from bench.databases import KINDS, servers
from bench.oversight_complaints import DAYS, FIRMS, NOW, OFFICER, OPERATOR, add_goods, add_offices, measure
from oversight.matters.reading import Waiting, Wanted, find_matter, list_matters, write_matters
from oversight.models import (
    Matter,
    MatterClock,
    MatterStep,
    RegisterEntry,
    Sample,
    SampleResult,
    SamplingPlan,
    TimeLimit,
)
from oversight.sampling.credited import credit_entries
from oversight.sampling.figures import By, read_rates
from oversight.sampling.frames import sampled_above
from oversight.sampling.observed import observe_samples
from oversight.sampling.reading import write_plan, write_sample
from trace.gs1 import read_identifier
from trace.gs1.check_digits import check_digit
from trace.identifiers import intern_identifiers
from trace.kit.auth import Principal
from trace.kit.db import Database, insert_rows
from trace.models import Location

A_PLAN = 250
OUTLETS = 4_000
BATCHES_OF_A_PRODUCT = 4
ITEMS = ("菌落总数", "蛋白质", "沙门氏菌")
YEARS = 3


def main(args: list[str] | None = None) -> None:
    """Fill both databases and show what each question takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=50_000)
    parser.add_argument("--databases", nargs="+", default=list(KINDS), choices=KINDS)
    wanted = parser.parse_args(args)
    with servers(tuple(wanted.databases)) as made:
        for kind in wanted.databases:
            with made.new(kind) as database:
                fill(database, wanted.samples)
                rows = [(name, *measure(database, ask)) for name, ask in QUESTIONS.items()]
                title = f"{wanted.samples} samples, {database.describe()}"
                tables.show(title, ("question", "rows", "best ms", "median ms"), rows)


def fill(database: Database, number: int) -> None:
    """Enter offices, firms, products, batches, outlets, and plans of three years with their samples and results."""
    draw = random.Random(8)
    with database.write() as session:
        codes = [code for code in add_offices(session) if not code.endswith("00")]
        firms, products = add_goods(session)
        batches, places = _batches(session, products), _outlets(session, firms, codes)
        entry = RegisterEntry(register="laboratories", key="CNAS-1", name="检验所")
        session.add(entry)
        session.flush()
        words = ("correct", "test")
        limits = [session.scalars(select(TimeLimit.id).where(TimeLimit.word == word)).first() or 0 for word in words]
        for first in range(0, number, A_PLAN):
            _plan(session, draw, first, number, codes, firms, batches, places, entry.id, limits)
    with database.write() as session:
        session.execute(text("ANALYZE"))


def _batches(session: Session, products: list[int]) -> list[tuple[int, int]]:
    """Each batch with its product."""
    uris: dict[str, int] = {}
    for at, product in enumerate(products):
        gtin = f"0952{at:09d}" + check_digit(f"0952{at:09d}")
        uris |= {f"https://id.gs1.org/01/{gtin}/10/L{lot}": product for lot in range(BATCHES_OF_A_PRODUCT)}
    numbers = intern_identifiers(session, [read_identifier(uri) for uri in uris])
    return [(numbers[uri], product) for uri, product in uris.items()]


def _outlets(session: Session, firms: list[int], codes: list[str]) -> list[tuple[int, int, str]]:
    """Each outlet with its firm and region."""
    glns = [f"953{at:09d}" + check_digit(f"953{at:09d}") for at in range(OUTLETS)]
    uris = {gln: f"https://id.gs1.org/414/{gln}" for gln in glns}
    numbers = intern_identifiers(session, [read_identifier(uri) for uri in uris.values()])
    rows = [
        {"id": numbers[uris[gln]], "gln": gln, "name": f"门店 {at}", "party_id": firms[at % len(firms)],
         "kind": "outlet", "region": codes[at % len(codes)], "registered_at": NOW}
        for at, gln in enumerate(glns)
    ]  # fmt: skip
    insert_rows(session, Location, rows)
    return [(int(str(row["id"])), int(str(row["party_id"])), str(row["region"])) for row in rows]


def _plan(
    session: Session,
    draw: random.Random,
    first: int,
    number: int,
    codes: list[str],
    firms: list[int],
    batches: list[tuple[int, int]],
    places: list[tuple[int, int, str]],
    laboratory: int,
    limits: list[int],
) -> None:
    """Enter a plan with its samples: the plan's row stands before theirs."""
    plan = 1 + first + first // A_PLAN
    code, at = draw.choice(codes), NOW - timedelta(days=YEARS * DAYS) * (1 - first / number)
    matters = [_matter(plan, "sampling_plan", "drawn", code, None, None, None, at, None)]
    plans = [
        {"matter_id": plan, "food": True, "rank": 3, "criteria": "{}", "items": "[]", "size": A_PLAN,
         "starts_on": at.date(), "ends_on": date(2026, 12, 31), "seed": "seed", "frame": "x", "digest": "x",
         "drawn_at": at}
    ]  # fmt: skip
    samples, results, clocks, steps = [], [], [], []
    for turn in range(1, min(A_PLAN, number - first) + 1):
        one = plan + turn
        (batch, product), (place, seller, region) = draw.choice(batches), draw.choice(places)
        final, failed = one % 10 != 0, one % 12 == 0
        stage = ("final_failed" if failed else "passed") if final else "at_laboratory"
        maker = firms[int(len(firms) * draw.random() ** 3)]
        matters.append(_matter(one, "sample", stage, code, maker, product, batch, at, at if final else None))
        outcome = ("failed" if failed else "passed") if final else None
        samples.append(
            {"matter_id": one, "plan_id": plan, "turn": turn, "line": turn, "food": True, "rank": 3,
             "product_id": product, "batch_id": batch, "place_id": place, "seller_id": seller, "kind": "outlet",
             "region": region, "uom": "", "quantity": "5", "event_id": f"e{one}", "taken_at": at,
             "laboratory_id": laboratory, "failed_at": at if failed and final else None, "outcome": outcome,
             "decided_at": at if final else None, "year": at.year if final else None}
        )  # fmt: skip
        results += [
            {"matter_id": one, "round": 1, "laboratory_id": laboratory, "item": item, "kind": "max", "upper": "100",
             "value": "101" if failed else "40", "satisfied": not failed, "at": at}
            for item in ITEMS
        ]  # fmt: skip
        due = at + timedelta(days=30)
        clocks.append(
            {"matter_id": one, "limit_id": limits[0 if final and failed else 1], "started_at": at, "due_at": due,
             "calendar_complete": True, "met_at": at if final else None, "met_by": "report" if final else None}
        )  # fmt: skip
        steps.append(
            {"matter_id": one, "at": at, "step": "report", "from_stage": None, "to_stage": stage, "code": code,
             "actor_name": "officer", "by_authority": True, "facts": "{}"}
        )  # fmt: skip
    for model, rows in (
        *((Matter, matters), (SamplingPlan, plans), (Sample, samples), (SampleResult, results)),
        *((MatterClock, clocks), (MatterStep, steps)),
    ):
        insert_rows(session, model, rows)


def _matter(
    one: int,
    kind: str,
    stage: str,
    code: str,
    maker: int | None,
    product: int | None,
    batch: int | None,
    at: object,
    ended: object,
) -> dict[str, object]:
    return {
        "id": one,
        "number": f"C{one:08d}",
        "kind": kind,
        "stage": stage,
        "title": f"酸奶 {one}",
        "code": code,
        "opened_in": code,
        "handler_id": None,
        "party_id": maker,
        "product_id": product,
        "batch_id": batch,
        "opened_at": at,
        "shown_at": ended,
        "ended_at": ended,
    }


def _list(who: Principal, waiting: Waiting | None, stage: str | None = None) -> Callable[[Session], int]:
    wanted = Wanted(kinds=("sample",), waiting=waiting, stage=stage)

    def ask(session: Session) -> int:
        rows = list_matters(session, who, wanted, None, 51, NOW)
        return len(write_matters(session, who, rows, NOW))

    return ask


def _rates(by: By, within: str, year: int | None) -> Callable[[Session], int]:
    return lambda session: len(read_rates(session, by, within, year))


def _read_plan(session: Session) -> int:
    return len(write_plan(session, find_matter(session, OPERATOR, "C00000001"))["samples"])


def _read_sample(session: Session) -> int:
    return len(write_sample(session, OPERATOR, find_matter(session, OPERATOR, "C00000013"))["results"])


def _above(session: Session) -> int:
    products = session.scalars(select(Sample.product_id).distinct()).all()
    return len(sampled_above(session, products, 4, NOW))


BYS: tuple[By, ...] = ("product", "kind", "region", "year")
FIRM = Principal("company", 1, 9, "firm")
QUESTIONS: Mapping[str, Callable[[Session], int]] = {
    "samples, the country": _list(OPERATOR, None),
    "samples, a county": _list(OFFICER, None),
    "samples of a firm": _list(FIRM, None),
    "samples that go on, the country": _list(OPERATOR, "open"),
    "samples that go on, a county": _list(OFFICER, "open"),
    "samples overdue, the country": _list(OPERATOR, "overdue"),
    "samples overdue, a county": _list(OFFICER, "overdue"),
    "samples that failed, the country": _list(OPERATOR, None, "final_failed"),
    "samples that failed, a county": _list(OFFICER, None, "final_failed"),
    **{f"pass rates by {by}, all years": _rates(by, "000000", None) for by in BYS},
    **{f"pass rates by {by}, a year": _rates(by, "000000", 2026) for by in BYS},
    **{f"pass rates by {by}, a city": _rates(by, "320100", None) for by in BYS},
    "a plan with its samples": _read_plan,
    "a sample with its results": _read_sample,
    "sampled above of late, all products": _above,
    "credit entries of a firm of thousands of samples": lambda session: len(credit_entries(session, 1, NOW)),
    "credit entries of a firm of few": lambda session: len(credit_entries(session, FIRMS - 1, NOW)),
    "observed in a quarter": lambda session: len(observe_samples(session, NOW - timedelta(days=90), NOW)),
}


if __name__ == "__main__":
    main()
