"""The blacklist at the desk: a firm is proposed; the words of the steps that follow."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from oversight.blacklist.listings import NewListing, propose_listing
from oversight.models import ListedParty, Matter
from oversight.web.api_blacklist import ListingIn
from oversight.web.desk.desk import desk
from oversight.web.desk.shown import Ask, Shown, Words
from trace.kit.contract import validate
from trace.kit.desk import OFFICERS, DeskCall, see_other, show
from trace.kit.i18n import _
from trace.kit.transactions import Answer

FIELDS = ("party", "ground", "ground_en", "article", "evidence", "conditions")


@desk.page("/listings/new", roles=OFFICERS)
def new_listing_page(call: DeskCall) -> Answer:
    """The form of a proposal."""
    return show("desk/listing_new.html", call=call)


@desk.form("/listings/new", roles=OFFICERS, again=new_listing_page)
def propose(call: DeskCall) -> Answer:
    """Propose a firm; nothing counts before it was notified, heard and decided."""
    given = {name: call.form[name].strip() for name in FIELDS if call.form.get(name, "").strip()}
    body = validate(ListingIn, given)
    new = NewListing(body.party, body.ground, body.ground_en, body.article, body.evidence, body.conditions)
    matter = propose_listing(call.session, call.principal, new, call.now)
    return see_other(url_for("oversight_desk.matter_page", number=matter.number), done="open")


def _stages() -> Words:
    return {
        "proposed": _("proposed"),
        "notified": _("firm notified"),
        "heard": _("heard"),
        "listed": _("listed"),
        "removal_asked": _("removal asked for"),
        "removal_proposed": _("removal proposed"),
        "appealed": _("under appeal, still listed"),
        "dropped": _("not listed"),
        "removed": _("removed"),
        "revoked": _("revoked"),
    }


def _steps() -> Words:
    return {
        "notify": _("Notify the firm"),
        "state-case": _("State one's case"),
        "waive": _("The firm says nothing, or waives"),
        "list": _("Decide to list it"),
        "drop": _("Decide not to list it"),
        "review": _("Review: it stays listed"),
        "ask-removal": _("Ask to be removed"),
        "recommend-removal": _("Recommend the removal"),
        "remove": _("Decide to remove it"),
        "keep": _("Decide to keep it listed"),
        "appeal": _("Appeal"),
        "uphold": _("Uphold the listing"),
        "revoke": _("Revoke the listing"),
    }


def _asks(_call: DeskCall, _matter: Matter) -> Mapping[str, Sequence[Ask]]:
    decision = Ask("decision", _("Number of the decision"), required=True)
    review = Ask("review_on", _("Looked at again on"), "date", True)
    return {
        "list": [
            decision,
            Ask("starts_on", _("Listed from"), "date", True),
            review,
            Ask("conditions", _("Removed when")),
        ],
        "review": [review],
        "remove": [decision],
        "revoke": [decision],
    }


def _read(call: DeskCall, matter: Matter) -> Mapping[str, Any]:
    return {"listing": call.session.get_one(ListedParty, matter.id)}


SHOWN_LISTING = Shown(
    name=lambda: _("Blacklisting"),
    stages=_stages,
    steps=_steps,
    asks=_asks,
    template="desk/listing.html",
    read=_read,
)
