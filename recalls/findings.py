"""What a case's own check finds: violations of its hold, and what its scope leaves open."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.history import CaseAt
from recalls.scope import Scoped, find_seeds, find_unknown
from recalls.violations import find_violations, microseconds
from trace.answers import BatchRef
from trace.batch_dates import production_dates
from trace.finding_words import Rule
from trace.findings import Finding, make_finding
from trace.genealogy import read_closure
from trace.holds import covers_batch
from trace.kit.bulk import among
from trace.models import Event
from trace.supply_graph import Supply

RULES: Mapping[str, Rule] = {
    "unregistered_party": Rule(
        "info", {"": ("Nobody registered {place_uri}, which events name.", "事件中的 {place_uri} 尚无人登记。")}
    ),
    "unknown_in_scope": Rule(
        "warning", {"": ("The scope names {item}, of which nothing is recorded.", "召回范围中的 {item} 没有任何记录。")}
    ),
    "empty_scope": Rule(
        "warning",
        {
            "": (
                "No recorded batch is in scope: nothing can be traced yet.",
                "召回范围内没有已记录的批次，暂时无法追溯。",
            )
        },
    ),
    "serials_counted_by_batch": Rule(
        "info",
        {
            "": (
                "The scope is a range of serials; batches are traced and counted whole.",
                "召回范围按序列号划定；追溯和计数以整批为单位。",
            )
        },
    ),
    "notice_incomplete": Rule(
        "warning",
        {
            "": (
                "The public notice lacks what it must carry: {fields}.",
                "召回公告缺少必须载明的内容：{fields_zh}。",
            )
        },
    ),
    "notice_softened": Rule(
        "warning",
        {
            "": (
                "The public notice says “{word}” ({field}), which makes the danger look smaller.",
                "召回公告使用了淡化危险的词语“{word}”（{field}）。",
            )
        },
    ),
    "unknown_date": Rule(
        "warning",
        {
            "": (
                "Nobody recorded when this batch was made; it counts as in scope.",
                "该批次的生产日期没有记录，按在召回范围内处理。",
            )
        },
    ),
    "answered_unacknowledged": Rule(
        "warning",
        {
            "": (
                "{part} consignees answered although only {whole} acknowledged their notice.",
                "只有 {whole} 家收货方确认收到通知，却有 {part} 家作了答复。",
            )
        },
    ),
    "recovered_above_planned": Rule(
        "warning",
        {
            "": (
                "Of {item} more was recovered ({part}) than planned ({whole}).",
                "{item} 收回 {part}，超过计划数量 {whole}。",
            )
        },
    ),
    "recovered_above_distributed": Rule(
        "warning",
        {
            "": (
                "Of {item} more was recovered ({part}) than ever left its makers ({whole}).",
                "{item} 收回 {part}，超过生产方发出的数量 {whole}。",
            )
        },
    ),
}
"""The words of recalls' own rules; those of the record are in `trace.finding_words`."""


def say(name: str, batch: int | None = None, place: int | None = None, **values: str) -> Finding:
    """Return a finding of one of RULES, in both languages."""
    rule = RULES[name]
    english, chinese = rule.sentences[""]
    return Finding(name, rule.severity, english.format_map(values), None, batch, place, chinese.format_map(values))


def name_unregistered(place: int, uri: str) -> Finding:
    """Return the finding of a place that events name and nobody registered."""
    return say("unregistered_party", place=place, place_uri=uri)


def find_case_findings(
    session: Session, asked: CaseAt, supply: Supply, batches: Mapping[int, BatchRef]
) -> list[Finding]:
    """Return what moved although it was held, and what the scope leaves open."""
    found = find_violations(supply.postings, _held_since(session, asked, supply))
    events = {one.event for one in found}
    rows = session.execute(select(Event.id, Event.event_id).where(among(session, Event.id, events)))
    uris = {number: uri for number, uri in rows}  # noqa: C416  (a Result is no mapping)
    return [
        *_scope_findings(session, asked.scope, supply.seeds, batches),
        *(
            make_finding(
                "sold_under_hold" if one.sold else "shipped_under_hold",
                uris[one.event],
                one.batch,
                one.place,
                hold=asked.number or "",
            )
            for one in sorted(found, key=lambda one: (one.at, uris[one.event], one.batch, one.sold))
        ),
    ]


def _scope_findings(
    session: Session, scope: Sequence[Scoped], seeds: Collection[int], batches: Mapping[int, BatchRef]
) -> Iterable[Finding]:
    for uri in find_unknown(scope, [batches[number] for number in seeds]):
        yield say("unknown_in_scope", item=uri)
    if not seeds:
        yield say("empty_scope")
    if any(one.condition.serial_from or one.condition.serial_to for one in scope):
        yield say("serials_counted_by_batch")
    for batch in _undated(session, scope, seeds, batches):
        yield say("unknown_date", batch)


def _undated(
    session: Session, scope: Sequence[Scoped], seeds: Collection[int], batches: Mapping[int, BatchRef]
) -> list[int]:
    """Return the batches that are in scope only because nobody recorded when they were made."""
    conditions = [one.condition for one in scope]
    sure = [one for one in conditions if one.exclude or not (one.produced_from or one.produced_to)]
    if len(sure) == len(conditions):
        return []
    known = production_dates(session, seeds)
    names = ((number, batches[number]) for number in sorted(set(seeds) - known.keys()))
    return [number for number, one in names if not covers_batch(sure, one["id"], one["gtin"], one["lot"], None)]


def _held_since(session: Session, asked: CaseAt, supply: Supply) -> dict[int, int]:
    """Return from which moment (µs) each batch was held; later versions hold later."""
    held: dict[int, int] = {}
    for since, lines in asked.held:
        begins = microseconds(since)
        reached: Collection[int] = supply.depth
        if lines != asked.scope:
            reached, _ = read_closure(session, find_seeds(session, lines), "forward", supply.until)
        for batch in reached:
            held[batch] = min(begins, held.get(batch, begins))
    return held
