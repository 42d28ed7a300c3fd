"""Publications at the desk: drafted in both languages; another person approves them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from oversight.models import Matter, Publication
from oversight.publications.drafting import PublicationIn, draft
from oversight.publications.drafts import newest_version
from oversight.web.desk.desk import desk
from oversight.web.desk.shown import Ask, Shown, Words
from oversight.web.publication_pages import topic_words
from trace.kit.contract import validate
from trace.kit.desk import OFFICERS, DeskCall, see_other, show
from trace.kit.i18n import _
from trace.kit.transactions import Answer

FIELDS = ("topic", "title", "title_en", "text", "text_en", "party", "gtin", "about")


@desk.page("/publications/new", roles=OFFICERS)
def new_publication_page(call: DeskCall) -> Answer:
    """The form of a draft."""
    return show("desk/publication_new.html", call=call, topics=topic_words())


@desk.form("/publications/new", roles=OFFICERS, again=new_publication_page)
def draft_words(call: DeskCall) -> Answer:
    """Keep a draft; nothing is public yet."""
    given = {name: call.form[name].strip() for name in FIELDS if call.form.get(name, "").strip()}
    matter = draft(call.session, call.principal, validate(PublicationIn, given), call.now)
    return see_other(url_for("oversight_desk.matter_page", number=matter.number), done="open")


def _stages() -> Words:
    return {
        "drafted": _("draft"),
        "published": _("published"),
        "correction_drafted": _("published, correction drafted"),
        "withdrawal_proposed": _("published, withdrawal proposed"),
        "discarded": _("discarded"),
        "withdrawn": _("withdrawn"),
    }


def _steps() -> Words:
    return {
        "revise": _("Change the draft"),
        "approve": _("Approve and publish"),
        "discard": _("Discard the draft"),
        "correct": _("Draft a correction"),
        "keep": _("Leave it as it is published"),
        "propose-withdrawal": _("Propose to withdraw it"),
        "withdraw": _("Withdraw it"),
    }


def _asks(_call: DeskCall, _matter: Matter) -> Mapping[str, Sequence[Ask]]:
    words = [
        Ask("title", _("Title"), required=True),
        Ask("title_en", _("Title in English"), required=True),
        Ask("text", _("Text"), "long", True),
        Ask("text_en", _("Text in English"), "long", True),
    ]
    return {"revise": words, "correct": words}


def _read(call: DeskCall, matter: Matter) -> Mapping[str, Any]:
    return {
        "publication": call.session.get_one(Publication, matter.id),
        "words": newest_version(call.session, matter.id),
        "topics": topic_words(),
    }


SHOWN_PUBLICATION = Shown(
    name=lambda: _("Publication"),
    stages=_stages,
    steps=_steps,
    asks=_asks,
    template="desk/publication.html",
    read=_read,
)
