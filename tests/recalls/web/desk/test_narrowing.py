"""Choices that narrow a page."""

from flask import Flask

from recalls.web.desk.narrowing import choices


def test_a_choice_keeps_what_was_asked_but_for_what_belongs_to_another() -> None:
    with Flask("test").test_request_context("/picture?unit=KGM&open=3.outlet.11&as_of=2026-03-01"):
        kept = [one.link for one in choices("unit", [("pieces", "pieces"), ("KGM", "kg")], without=["open"])]
    assert kept == ["/picture?as_of=2026-03-01&unit=pieces", "/picture?as_of=2026-03-01"]
