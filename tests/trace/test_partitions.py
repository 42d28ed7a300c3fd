"""The ledger is spread by batch: what is asked of it goes only to the partitions that have the batches."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from recalls.cases import NewCase, open_case
from recalls.impact import read_impact
from recalls.scope import Line
from tests.chains import NOW, OPERATOR, supply_chain
from tests.partitions import partitions_of, watch
from trace.check.code import check_code
from trace.readings import read_balance, read_trace
from trace.supply_graph import load

FIRST = """
    mill   makes  FLOUR-1 1000 kg
    mill   packs  FLOUR-1 100 kg into #1
    mill   ships  #1 to shop by S1
    mill   ships  FLOUR-1 300 kg to shop by S2
    shop   receives #1 from mill by S1
    shop   receives FLOUR-1 200 kg from mill
    shop   sells  FLOUR-1 5 kg
"""
AGAIN = """
    mill   ships  FLOUR-1 100 kg to shop by S3
    mill   ships  FLOUR-1 50 kg to shop
    shop   receives FLOUR-1 90 kg from mill by S3
    shop   receives FLOUR-1 160 kg from mill
    mill   voids  FLOUR-1 10 kg to shop
    shop   takes back FLOUR-1 1 kg
    3.5: mill ships FLOUR-1 7 kg to shop
    4.5: shop receives FLOUR-1 7 kg from mill
"""
OTHERS = "\n".join(f"mill makes SALT-{number} 1 kg" for number in range(40))


@pytest.fixture(params=["postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Partitions are PostgreSQL's."""
    kind: str = request.param
    return kind


def test_the_tables_that_recalls_read_are_spread_by_batch_and_every_partition_has_all_indexes(
    session: Session,
) -> None:
    rows = session.execute(
        text(
            "SELECT inhparent::regclass::text, count(DISTINCT inhrelid), count(DISTINCT (SELECT count(*) FROM pg_index "
            "WHERE indrelid = inhrelid)), min(pg_get_partkeydef(inhparent)) "
            "FROM pg_inherits JOIN pg_partitioned_table ON partrelid = inhparent GROUP BY inhparent ORDER BY 1"
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        ("packed_postings", 8, 1, "HASH (batch_id)"),
        ("postings", 8, 1, "HASH (batch_id)"),
    ]


def test_capture_asks_only_the_partitions_that_have_its_batches(session: Session) -> None:
    chain = supply_chain(session, FIRST + OTHERS)
    owners = partitions_of(session, [chain["FLOUR-1"]])
    assert len(owners) == 2
    with watch(session) as visits:
        supply_chain(session, AGAIN, chain)
    assert [statement for statement, read in visits.statements if read]
    assert visits.outside(owners) == []


def test_what_a_changed_packing_moved_is_found_by_its_events_alone(session: Session) -> None:
    """Which batches an event moved is known only from its postings: this one statement asks every partition."""
    chain = supply_chain(session, FIRST + OTHERS)
    owners = partitions_of(session, [chain["FLOUR-1"]])
    with watch(session) as visits:
        supply_chain(session, "1.5: mill packs FLOUR-1 20 kg into #1", chain)
    for statement in visits.outside(owners):
        assert statement.startswith("SELECT postings.id")
        assert "WHERE postings.event_id IN" in statement


def test_a_recall_asks_only_the_partitions_that_have_its_batches(session: Session) -> None:
    chain = supply_chain(session, FIRST + AGAIN + OTHERS)
    uri = chain.uri("FLOUR-1")
    item = chain.numbers[uri.partition("/10/")[0]]  # what moved of it without a lot may be in scope too
    owners = partitions_of(session, [chain["FLOUR-1"], item])
    new = NewCase(title="召回", hazard="菌落总数超标", instructions="停止食用", scope=(Line(id=uri),))
    with watch(session) as visits:
        case = open_case(session, OPERATOR, new, NOW)
        assert read_impact(session, case, NOW)["outlets"] is not None
        read_balance(session, OPERATOR, uri)
        read_trace(session, OPERATOR, uri)
        check_code(session, uri, NOW)
    assert [statement for statement, read in visits.statements if read]
    assert visits.outside(owners) == []


def test_a_prepared_statement_still_leaves_out_partitions(session: Session) -> None:
    """The driver prepares what it has sent five times; PostgreSQL may then plan without the values."""
    chain = supply_chain(session, FIRST + OTHERS)
    with watch(session) as visits:
        for lot in range(40):
            load(session, [chain[f"SALT-{lot}"]])
    assert all(len(read) <= 3 for _, read in visits.statements)
