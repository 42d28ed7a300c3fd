"""`/desk/photo`: a photograph for fields that are scanned, where a browser cannot read codes by itself."""

from datetime import UTC, datetime

from flask import g, request

from trace.check.photo import check_photo
from trace.kit.accounts import SignedIn
from trace.kit.desk import EVERYBODY, DeskCall, show
from trace.kit.errors import Problem
from trace.kit.i18n import _
from trace.kit.transactions import Answer
from trace.symbols.photo import MOST_BYTES
from trace.web.api_photo import read_within_budget
from trace.web.check_words import say_photo_mistake
from trace.web.desk.desk import desk

AROUND = 64 * 1024
"""Bytes that the form has beside the photograph."""


def read_sent(_who: SignedIn) -> None:
    """Read the photograph before any transaction: it takes seconds."""
    file = request.files.get("photo")
    g.readings = read_within_budget(b"" if file is None else file.stream.read(MOST_BYTES + 1))


def refused(call: DeskCall) -> Answer:
    """Why the photograph cannot be read."""
    assert isinstance(call.problem, Problem)
    return show("desk/photo.html", code="", gtin=None, mistake=say_photo_mistake(call.problem))


@desk.form("/photo", roles=EVERYBODY, again=refused, only_reads=True, before=read_sent, limit=MOST_BYTES + AROUND)
def read_code(call: DeskCall) -> Answer:
    """The one code of goods on the photograph, as a scanner would type it; it is kept nowhere."""
    found = check_photo(call.session, g.readings, datetime.now(UTC))["codes"]
    goods = [(code["shown"], code["check"]["gtin"]) for code in found if code["check"] is not None]
    mistake = None
    if not goods:
        mistake = _("No code of goods was found: come nearer, hold still, avoid glare, or type the digits.")
    elif len(goods) > 1:
        mistake = _("Codes of several goods are on the photo: take one of them alone.")
    code, gtin = ("", None) if mistake else goods[0]
    return show("desk/photo.html", code=code, gtin=gtin, mistake=mistake)
