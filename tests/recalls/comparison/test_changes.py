"""Two impacts compared: who came in, who dropped out, what differs, and why."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from recalls import cases
from recalls.cases import NewCase
from recalls.comparison.changes import FIGURES, compare
from recalls.comparison.run_changes import read_changes
from recalls.impact import read_impact
from recalls.models import RecallCase
from recalls.runs import RunNotFound, freeze_run
from recalls.scope import Line
from tests.recalls import taking
from tests.recalls.chain import ADMIN, START, Chain, gln_of, gtin_of
from trace.kit.auth import issue_key
from trace.kit.db import Database
from trace.kit.errors import Invalid
from trace.kit.strict_json import loads

GTIN = gtin_of("yogurt")
PLAN = START + timedelta(days=30)
NOW = START + timedelta(days=60)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def row(place: str, **figures: Any) -> dict[str, Any]:
    return {"id": place, "uom": None, "gln": None, "name": place, "kind": None, "tier": 1, **figures}


def impact(*rows: dict[str, Any], batches: str = "", totals: Any = ()) -> dict[str, Any]:
    return {"outlets": [], "consignees": list(rows), "batches": [{"id": one} for one in batches], "totals": totals}


def test_equal_impacts_differ_in_nothing() -> None:
    same = impact(row("shop", received=5), batches="ab")
    found = compare(same, impact(row("shop", received=Decimal("5.0")), batches="ba"))
    assert (found.changes, found.totals, found.came_in, found.dropped_out) == ([], [], [], [])


def test_who_came_in_who_dropped_out_and_who_has_other_figures() -> None:
    before = impact(row("a", received=5, lower=5), row("b", received=1, lower=1), batches="x")
    after = impact(row("b", received=3, lower=3, name="B"), row("c", received=7, sold=0), batches="y")
    found = compare(before, after)
    assert [(change.kind, change.id, change.figures) for change in found.changes] == [
        ("came_in", "c", {"received": (0, 7)}),
        ("dropped_out", "a", {"lower": (5, 0), "received": (5, 0)}),
        ("changed", "b", {"lower": (1, 3), "received": (1, 3)}),
    ]
    assert found.changes[2].names == {"name": ("b", "B")}
    assert (found.came_in, found.dropped_out) == (["y"], ["x"])


ROWS = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from([None, "KGM"])),
    st.fixed_dictionaries(
        {name: st.one_of(st.none(), st.integers(0, 3)) for name in FIGURES}
        | {"status": st.sampled_from(["holding", "cleared"]), "name": st.sampled_from("xy")}
    ),
)


@given(before=ROWS, after=ROWS)
def test_what_was_before_and_the_changes_are_what_is_after(before: Any, after: Any) -> None:
    """Nothing that differs is left out, and nothing that does not is told."""
    sides = [[row(place, **figures) | {"uom": uom} for (place, uom), figures in one.items()] for one in (before, after)]
    told = {key: dict(figures) for key, figures in before.items()}
    for change in compare(impact(*sides[0]), impact(*sides[1])).changes:
        key = (change.id, change.uom or None)
        if change.kind == "dropped_out":
            assert {name: old for name, (old, _) in change.figures.items()} == {
                name: told[key][name] for name in FIGURES if told[key][name] != 0
            }
            del told[key]
        elif change.kind == "came_in":
            assert key not in told
            told[key] = {name: change.row[name] for name in after[key]}
        else:
            pairs = {**change.figures, **change.facts, **change.names}
            assert pairs
            assert {name: old for name, (old, _) in pairs.items()} == {name: told[key][name] for name in pairs}
            told[key] |= {name: new for name, (_, new) in pairs.items()}
    assert told == after


def test_a_figure_that_an_old_run_lacks_is_no_change() -> None:
    assert compare(impact(row("a")), impact(row("a", lower=3))).changes == []


def test_totals_are_compared_by_item_unit_and_whether_derived() -> None:
    total = {"id": "y", "gtin": None, "uom": None, "derived": False, "produced": 5, "sold": 1, "complete": True}
    found = compare(impact(totals=[total]), impact(totals=[total | {"sold": 2}, total | {"derived": True}]))
    assert [(one["derived"], pairs) for one, pairs in found.totals] == [
        (False, {"sold": (1, 2)}),
        (True, {"produced": (0, 5), "sold": (0, 1)}),
    ]


def filed(session: Session, *lots: str) -> RecallCase:
    new = NewCase(title="酸奶召回", hazard="菌", instructions="退回", scope=[Line(gtin=GTIN, lots=lots or ("L1",))])
    case = cases.open_case(session, ADMIN, new, PLAN)
    return taking.file_plan(session, ADMIN, case.number, PLAN)


def changes_of(session: Session, case: RecallCase, to: str | None = None) -> Any:
    answer, key = read_changes(session, case, case.runs[0].digest, to, NOW, None, 100)
    assert key is None
    return answer


def why(answer: Any, place: str) -> list[tuple[str, str | None]]:
    [found] = [one for one in answer["places"] if one["gln"] == gln_of(place)]
    return [(one["reason"], one["event_id"]) for one in found["why"]]


def test_what_moved_since_and_what_was_recorded_late_are_told_apart(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100, day=1)
    chain.move("dairy", "shop", "yogurt", "L1", 10, day=2)
    case = filed(session)
    since = chain.ship("dairy", "new shop", "yogurt", "L1", 5, day=40)
    late = chain.ship("dairy", "old shop", "yogurt", "L1", 7, day=3)  # recorded when it happened
    chain.recorded = day(50)
    later = chain.ship("dairy", "late shop", "yogurt", "L1", 7, day=3)
    answer = changes_of(session, case)
    assert (answer["came_in"], answer["dropped_out"], answer["changed"]) == (3, 0, 1)
    assert why(answer, "new shop") == [("moved_since", since)]
    assert why(answer, "late shop") == [("recorded_late", later)]
    assert why(answer, "old shop") == [("follows", None)]  # the record says that it was known
    assert set(why(answer, "dairy")) == {("recorded_late", later), ("moved_since", since)}
    [dairy] = [one for one in answer["places"] if one["change"] == "changed"]
    assert dairy["figures"]["on_hand"] == {"before": 90, "after": 71}
    assert answer["totals"][0]["figures"]["in_transit"] == {"before": 0, "after": 19}
    late_row = next(one for one in answer["places"] if one["gln"] == gln_of("late shop"))
    assert late_row["why"][0]["event_time"] == "2026-03-04T08:00:00Z"
    assert late_row["why"][0]["recorded_at"] == "2026-04-20T08:00:00Z"
    assert late_row["why"][0]["batch"]["lot"] == "L1"
    assert late != later


def test_the_first_ten_reasons_are_named_and_the_others_counted(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100, day=1)
    wrong = chain.ship("dairy", "kiosk", "yogurt", "L1", 1, day=2)
    case = filed(session)
    events = [chain.ship("dairy", "shop", "yogurt", "L1", 5, day=31 + number) for number in range(12)]
    answer = changes_of(session, case)
    assert why(answer, "shop") == [("moved_since", event) for event in events[:10]]
    assert {one["more_reasons"] for one in answer["places"]} == {2}
    chain.declare_in_error(wrong, day(50))
    assert why(changes_of(session, case), "dairy")[-1] == ("corrected", wrong)  # no kind of reason is cut off


def test_what_an_extension_brought_in_names_its_version(session: Session) -> None:
    chain = Chain(session)
    for lot, place in (("L1", "shop"), ("L2", "kiosk")):
        chain.make("dairy", "yogurt", lot, 100, day=1)
        chain.move("dairy", place, "yogurt", lot, 10, day=2)
    case = filed(session)
    taking.announce(session, ADMIN, case.number, PLAN)
    taking.extend(session, ADMIN, case.number, [Line(gtin=GTIN, lots=("L2",))], day(35))
    answer = changes_of(session, case)
    [kiosk] = [one for one in answer["places"] if one["change"] == "came_in"]
    assert (kiosk["gln"], kiosk["figures"]["received"]) == (gln_of("kiosk"), {"before": 0, "after": 10})
    assert [(one["reason"], one["version"]) for one in kiosk["why"]] == [("scope_extended", 2)]
    assert why(answer, "dairy")[0][0] == "scope_extended"
    assert len(answer["batches"]["came_in"]) == 1
    assert (answer["from"]["version"], answer["to"]["version"], answer["from"]["step"]) == (1, 2, "file-plan")


def test_each_batch_names_the_version_that_brought_it_in(session: Session) -> None:
    chain = Chain(session)
    for lot in ("L1", "L2", "L3"):
        chain.make("dairy", "yogurt", lot, 100, day=1)
        chain.move("dairy", "shop " + lot, "yogurt", lot, 10, day=2)
    chain.blend("dairy", [("yogurt", "L2", 20)], [("cake", "C1", 8)], day=3)
    chain.move("dairy", "cake shop", "cake", "C1", 8, day=4)
    case = filed(session)
    for lot, at in (("L2", 35), ("L3", 36)):
        taking.extend(session, ADMIN, case.number, [Line(gtin=GTIN, lots=(lot,))], day(at))
    found = {one["gln"]: one["why"][0]["version"] for one in changes_of(session, case)["places"]}
    assert found == {
        gln_of("shop L2"): 2,
        gln_of("cake shop"): 2,
        gln_of("shop L3"): 3,
        gln_of("dairy"): 2,
    }


def test_an_event_declared_in_error_takes_its_place_out(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100, day=1)
    wrong = chain.ship("dairy", "shop", "yogurt", "L1", 10, day=2)
    chain.ship("dairy", "other shop", "yogurt", "L1", 10, day=2)
    case = filed(session)
    chain.declare_in_error(wrong, day(40))
    answer = changes_of(session, case)
    assert [(one["change"], one["gln"]) for one in answer["places"]] == [
        ("dropped_out", gln_of("shop")),
        ("changed", gln_of("dairy")),
    ]
    assert why(answer, "shop") == [("corrected", wrong)]
    assert why(answer, "dairy") == [("corrected", wrong)]


def test_what_was_made_of_goods_in_scope_comes_and_goes_with_its_making(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100, day=1)
    made = chain.blend("dairy", [("yogurt", "L1", 20)], [("cake", "C1", 8)], day=2)
    chain.move("dairy", "cake shop", "cake", "C1", 8, day=3)
    chain.make("dairy", "pie", "P1", 8, day=2)
    chain.move("dairy", "pie shop", "pie", "P1", 8, day=3)
    case = filed(session)
    chain.declare_in_error(made, day(40))
    chain.recorded = day(41)
    late = chain.blend("dairy", [("yogurt", "L1", 5)], [("pie", "P1", 2)], day=2)
    answer = changes_of(session, case)
    assert why(answer, "cake shop") == [("corrected", made)]
    assert why(answer, "pie shop") == [("recorded_late", late)]
    assert (len(answer["batches"]["came_in"]), len(answer["batches"]["dropped_out"])) == (1, 1)


def test_a_place_that_is_registered_since_is_told_as_such(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100, day=1)
    chain.ship("dairy", "shop", "yogurt", "L1", 10, day=2)
    case = filed(session)
    chain.place("shop", "outlet", chain.party("stores"))
    answer = changes_of(session, case)
    assert why(answer, "shop") == [("master_data", None)]
    [shop] = answer["places"]
    assert shop["facts"]["kind"] == {"before": None, "after": "outlet"}
    assert shop["figures"] == {}


def test_runs_frozen_at_three_times_are_what_is_told_of_those_times(session: Session) -> None:
    """Goods move, the scope grows and the case ends in between: as of an earlier time nothing of it shows."""
    chain = Chain(session)
    for lot in ("L1", "L2"):
        chain.make("dairy", "yogurt", lot, 100, day=1)
        chain.move("dairy", "shop", "yogurt", lot, 10, day=2)
    case = filed(session)
    chain.ship("dairy", "new shop", "yogurt", "L1", 5, day=31)
    taking.announce(session, ADMIN, case.number, day(32))
    chain.sell("shop", "yogurt", "L1", 3, day=33)
    taking.extend(session, ADMIN, case.number, [Line(gtin=GTIN, lots=("L2",))], day(34))
    chain.sell("shop", "yogurt", "L2", 3, day=35)
    taking.complete(session, ADMIN, case.number, day(36))
    taking.cancel(session, ADMIN, case.number, day(37), "mistaken after all")
    assert [run.step for run in case.runs] == ["file-plan", "announce", "extend", "complete"]
    for run in case.runs:
        assert read_impact(session, case, run.as_of)["digest"] == run.digest
        assert read_changes(session, case, run.digest, None, run.as_of, None, 10)[0]["changed"] == 0
    assert len({run.digest for run in case.runs}) == 4


def test_a_stop_sale_that_was_lifted_was_in_force_before(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100, day=1)
    case = filed(session)
    chain.ship("dairy", "shop", "yogurt", "L1", 5, day=31)
    then = freeze_run(session, case, "report", day(32))
    taking.cancel(session, ADMIN, case.number, day(33), "wrong lot")
    assert read_impact(session, case, day(32))["digest"] == then.digest
    rules = {one["rule"] for one in read_impact(session, case, day(34))["findings"]}
    assert "shipped_under_hold" not in rules


def test_runs_are_compared_page_by_page_over_http(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        chain = Chain(session)
        chain.make("dairy", "yogurt", "L1", 100, day=1)
        case = filed(session)
        for number in range(3):
            chain.ship("dairy", f"shop {number}", "yogurt", "L1", 5, day=31)
        taking.announce(session, ADMIN, case.number, day(32))
        number, (first, second) = case.number, [run.digest for run in case.runs]
        headers = {"Authorization": f"Bearer {issue_key(session, 'regulator', None)}"}
    address = f"/api/v1/recalls/{number}/runs"
    page = loads(client.get(f"{address}/{first}/changes?to={second}&limit=2", headers=headers).data)
    assert (page["came_in"], page["changed"], page["to"]["digest"]) == (3, 1, second)
    rest = loads(client.get(page["next"], headers=headers).data)
    assert [one["change"] for one in page["places"] + rest["places"]] == ["came_in"] * 3 + ["changed"]
    assert rest["next"] is None
    today = loads(client.get(f"{address}/{first}/changes", headers=headers).data)
    assert today["places"] == page["places"] + rest["places"]
    assert client.get(f"{address}/{second}/changes?to={first}", headers=headers).status_code == 422
    assert client.get(f"{address}/none/changes", headers=headers).status_code == 404
    assert client.get(f"{address}/{first}/changes?to=none", headers=headers).status_code == 404
    assert client.get(f"{address}/{first}/changes?cursor=x", headers=headers).status_code == 422


def test_a_comparison_runs_forward_and_names_runs_of_the_case(session: Session) -> None:
    case = filed(session)
    taking.announce(session, ADMIN, case.number, NOW)
    first, second = (run.digest for run in case.runs)
    with pytest.raises(Invalid) as refused:
        read_changes(session, case, second, first, NOW, None, 10)
    assert refused.value.errors[0].pointer == "/to"
    with pytest.raises(RunNotFound):
        read_changes(session, case, "none", None, NOW, None, 10)
