"""Links by which consignees answer: good for one notice, for a while, and for whoever holds them whole."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from itsdangerous import Signer

from recalls.links import LinkExpired, LinkNotFound, answer_url, make_token, read_token

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
NOTICE = str(uuid.UUID(int=0x0123456789ABCDEF0123456789ABCDEF))


def test_a_link_leads_to_the_notice_that_it_was_made_for() -> None:
    for number in range(50):
        notice = str(uuid.UUID(int=number * 2**120 // 7))
        assert read_token("secret", make_token("secret", notice), 30) == notice


def test_a_link_fits_into_a_text_message() -> None:
    url = answer_url("https://suyuan.example", make_token("secret", NOTICE, NOW))
    assert len(url.removeprefix("https://suyuan.example/answer/")) == 56
    assert "%" not in url


def test_a_link_is_good_for_so_many_days_and_then_says_so() -> None:
    token = make_token("secret", NOTICE, NOW)
    assert read_token("secret", token, 30, NOW + timedelta(days=30)) == NOTICE
    with pytest.raises(LinkExpired, match="30 days"):
        read_token("secret", token, 30, NOW + timedelta(days=30, seconds=1))


def test_no_character_of_a_link_may_change() -> None:
    token = make_token("secret", NOTICE, NOW)
    for at, old in enumerate(token):
        for new in {"A", "B", "-", "."} - {old}:
            with pytest.raises(LinkNotFound):
                read_token("secret", token[:at] + new + token[at + 1 :], 30, NOW)


def test_what_is_cut_off_foreign_or_signed_for_something_else_is_not_found() -> None:
    token = make_token("secret", NOTICE, NOW)
    value = token.partition(".")[0]
    others = (
        "",
        token[:-1],
        token + "A",
        token + "\n",
        "…" * 56,
        make_token("another secret", NOTICE, NOW),
        Signer("secret", salt="cursor /api/v1/recalls?").sign(value).decode(),
    )
    for other in others:
        with pytest.raises(LinkNotFound):
            read_token("secret", other, 30, NOW)
