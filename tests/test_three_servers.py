"""The ledger over three real PostgreSQL servers, as `deploy.three_servers` shows it."""

import pytest

from deploy import three_servers
from deploy.local_servers import NoServerFound, find_binaries


@pytest.fixture(scope="module")
def report() -> three_servers.Report:
    try:
        find_binaries()
    except NoServerFound as error:
        pytest.skip(str(error))
    return three_servers.main(["--documents", "2"])


@pytest.mark.campaign
def test_three_servers_have_the_ledger_that_one_has(report: three_servers.Report) -> None:
    assert report.same_ledger


@pytest.mark.campaign
def test_a_hot_statement_is_sent_only_to_the_server_that_has_the_batch(report: three_servers.Report) -> None:
    assert len(report.sent) == 6
    for name, by_lot in report.sent.items():
        assert {owner for owner, _ in by_lot.values()} == {0, 1, 2}, name
        for owner, sent in by_lot.values():
            asked = {server for server in (1, 2) if sent[server]}
            if name == "consumer's check":  # what may not be sold stands beside the events
                assert not asked
            else:
                assert {owner} - {0} <= asked <= {owner, report.item_server}, (name, owner, sent)


@pytest.mark.campaign
def test_a_server_that_is_down_stops_only_what_needs_it(report: three_servers.Report) -> None:
    assert report.refused_whole
    assert report.others_went_on


@pytest.mark.campaign
def test_a_commit_that_broke_off_between_servers_is_mended_by_the_next_capture(report: three_servers.Report) -> None:
    assert report.differences_broken > 0
    assert report.differences_mended == 0
