"""The ways from a source to each case: what happened on them, in order, with the events behind them."""

from typing import Any

from sqlalchemy.orm import Session

from tests.chains import Chain, supply_chain
from tests.trace.sources.asking import PAPER, ask, names, papers
from tests.trace.sources.test_search import DAIRY
from trace.sources import chains


def told(chain: Chain, step: Any) -> str:
    """A step as a line: ``D1 farm>dairy MILK-1``."""
    called = names(chain)
    start, end = (called[step[end]["id"]] if step[end] else "?" for end in ("from", "to"))
    used = f"<{called[step['used']['id']]}" if step["used"] else ""
    what = papers(step) if step["kind"] == "movement" else step["kind"]
    return f"{what} {start}{'' if start == end else '>' + end} {called[step['batch']['id']]}{used}"


def ways(chain: Chain, found: Any, case: int = 0) -> list[list[str]]:
    return [[told(chain, step) for step in way["steps"]] for way in found["paths"]["cases"][case]["chains"]]


def source(chain: Chain, found: Any) -> str:
    chosen = found["paths"]["source"]
    return names(chain)[(chosen["batch"] or chosen["location"])["id"]]


def test_nothing_is_told_that_was_not_asked_for(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    assert not {"paths", "forward"} & ask(session, chain, [{"location": "shop"}], paths=False).keys()


def test_the_best_source_is_the_nearest_of_those_that_explain_most(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"location": "shop"}, {"location": "kiosk"}], paths=True)
    assert source(chain, found) == "CREAM-1"
    assert found["paths"]["source"]["cases"] == [0, 1]
    assert found["paths"]["source"]["explains_all"]
    assert ways(chain, found, 0) == [["making dairy CREAM-1", "D3 dairy>shop CREAM-1"]]
    assert ways(chain, found, 1) == [["making dairy CREAM-1", "D4 dairy>kiosk CREAM-1"]]


def test_a_way_from_a_chosen_source_tells_all_that_happened_in_order(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"location": "shop"}, {"batch": "CURD-1"}], paths={"from": {"batch": "MILK-1"}})
    assert ways(chain, found) == [
        [
            "making farmA MILK-1",
            "D1 farmA>dairy MILK-1",
            "transformation dairy CREAM-1<MILK-1",
            "D3 dairy>shop CREAM-1",
        ]
    ]
    (way,) = found["paths"]["cases"][0]["chains"]
    assert (way["assumptions"], way["deliveries"], way["truncated"]) == (0, 2, False)
    made, moved, mixed, sent = way["steps"]
    assert [event["event_id"] for event in moved["events"]] == ["urn:example:event:2", "urn:example:event:3"]
    assert [event["biz_step"] for event in moved["events"]] == ["shipping", "receiving"]
    assert moved["events"][0]["event_time"] == "2026-01-03T00:00:00Z"
    assert (moved["departed"], moved["arrived"]) == (
        {"first": "2026-01-03", "last": "2026-01-03"},
        {"first": "2026-01-04", "last": "2026-01-04"},
    )
    assert moved["quantities"] == [{"uom": None, "shipped": 100, "received": 100}]
    assert sent["arrived"] is None  # nobody recorded it
    assert [event["type"] for event in mixed["events"]] == ["TransformationEvent"]
    assert made["events"][0]["biz_step"] == "commissioning"
    assert found["paths"]["cases"][1] == {"case": 1, "truncated": False, "chains": []}  # not from this milk


def test_a_case_is_reached_by_several_ways_the_shortest_first(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill makes FLOUR-1 100
        mill ships FLOUR-1 10 to depot by D1
        depot ships FLOUR-1 5 to shop by D2
        mill ships FLOUR-1 10 to shop by D3
        mill ships FLOUR-1 10 to shop by D4
        shop ships FLOUR-1 1 to depot by D5
        """,
    )
    found = ask(session, chain, [{"location": "shop"}], paths={"from": {"location": "mill"}})
    assert ways(chain, found) == [
        ["D3 mill>shop FLOUR-1"],
        ["D4 mill>shop FLOUR-1"],
        ["D1 mill>depot FLOUR-1", "D2 depot>shop FLOUR-1"],
    ]
    assert not found["paths"]["cases"][0]["truncated"]
    fewer = ask(session, chain, [{"location": "shop"}], paths={"from": {"location": "mill"}, "per_case": 1})
    assert ways(chain, fewer) == [["D3 mill>shop FLOUR-1"]]
    assert fewer["paths"]["cases"][0]["truncated"]


def test_a_way_that_is_recorded_is_stronger_than_a_shorter_one_that_is_assumed(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        mill makes FLOUR-1 100
        mill ships FLOUR-1 10 to bakery by D1
        bakery makes BREAD-1 5 from FLOUR-1 10
        bakery ships BREAD-1 5 to depot by D2
        depot ships BREAD-1 5 to shop by D3
        farm makes SALT-1 5
        bakery ships SALT-1 5 to shop by D4
        """,
    )
    cases = [{"location": "shop"}]
    mixing = {"locations": ["bakery"]}
    found = ask(session, chain, cases, mixing=mixing, paths={"from": {"location": "mill"}})
    recorded, assumed = found["paths"]["cases"][0]["chains"]
    assert (recorded["assumptions"], assumed["assumptions"]) == (0, 1)
    assert [told(chain, step) for step in assumed["steps"]] == [
        "D1 mill>bakery FLOUR-1",
        "mixing bakery SALT-1<FLOUR-1",
        "D4 bakery>shop SALT-1",
    ]
    assert assumed["steps"][1]["events"] == []


def test_a_move_that_nobody_recorded_is_told_as_such(session: Session) -> None:
    chain = supply_chain(
        session,
        """
        farm  makes MILK-1 10
        farm  ships MILK-1 10 to plant by D1
        plant makes CREAM-1 5 from MILK-1 10
        depot ships CREAM-1 5 to shop by D2
        """,
    )
    found = ask(session, chain, [{"location": "shop"}], paths={"from": {"location": "farm"}})
    assert ways(chain, found) == [
        [
            "D1 farm>plant MILK-1",
            "transformation plant CREAM-1<MILK-1",
            "unrecorded_move plant>depot CREAM-1",
            "D2 depot>shop CREAM-1",
        ]
    ]
    assert found["paths"]["cases"][0]["chains"][0]["assumptions"] == 1


def test_a_case_at_the_source_needs_no_step(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"location": "dairy"}], paths={"from": {"location": "dairy"}})
    assert ways(chain, found) == [[]]


def test_a_failed_sample_is_reached_where_its_batch_was_made(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    found = ask(session, chain, [{"batch": "CREAM-1"}], paths={"from": {"document": "D1"}})
    assert ways(chain, found) == [["D1 farmA>dairy MILK-1", "transformation dairy CREAM-1<MILK-1"]]
    assert found["paths"]["source"]["document"] == PAPER + "D1"
    itself = ask(session, chain, [{"batch": "CREAM-1"}], paths={"from": {"batch": "CREAM-1"}})
    assert ways(chain, itself) == [["making dairy CREAM-1"]]


def test_a_case_that_nothing_leads_to_has_no_way(session: Session) -> None:
    chain = supply_chain(session, DAIRY)
    stop = {"documents": ["D3"]}
    found = ask(session, chain, [{"location": "shop"}], stop=stop, paths={"from": {"location": "farmA"}})
    assert found["paths"]["cases"] == [{"case": 0, "truncated": False, "chains": []}]
    assert found["paths"]["source"]["score"] == 0


def test_ways_beyond_the_room_of_an_answer_are_marked(session: Session, monkeypatch: Any) -> None:
    chain = supply_chain(session, DAIRY)
    monkeypatch.setattr(chains, "MAX_STEPS", 3)
    cases = [{"location": "shop"}, {"location": "kiosk"}]
    found = ask(session, chain, cases, paths={"from": {"batch": "CREAM-1"}})
    assert [len(one["chains"]) for one in found["paths"]["cases"]] == [1, 0]
    assert [one["truncated"] for one in found["paths"]["cases"]] == [False, True]


def test_of_many_events_the_first_are_shown_and_all_are_counted(session: Session, monkeypatch: Any) -> None:
    monkeypatch.setattr(chains, "MAX_EVENTS", 2)
    shipped = "\n".join("mill ships FLOUR-1 1 to shop by D1" for _ in range(5))
    chain = supply_chain(session, f"mill makes FLOUR-1 100\n{shipped}")
    found = ask(session, chain, [{"location": "shop"}], paths={"from": {"location": "mill"}})
    (step,) = found["paths"]["cases"][0]["chains"][0]["steps"]
    assert [event["event_id"] for event in step["events"]] == ["urn:example:event:1", "urn:example:event:2"]
    assert step["events_total"] == 5
    assert step["departed"] == {"first": "2026-01-02", "last": "2026-01-06"}
