"""`/desk/offices`: offices of the market regulator and who works in each; operators enter, officials read."""

from flask import url_for

from oversight.gb2260 import LEVELS, NATION, level_of
from oversight.jurisdictions import (
    POSTS,
    add_jurisdiction,
    assign_staff,
    find_jurisdiction,
    list_jurisdictions,
    list_officials,
    staff_of,
)
from oversight.web.api_jurisdictions import JurisdictionIn, StaffIn
from oversight.web.desk.desk import desk
from trace.kit.contract import validate
from trace.kit.desk import AUDITORS, OFFICERS, DeskCall, see_other, show
from trace.kit.i18n import _
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer

OFFICIALS = OFFICERS | AUDITORS
OPERATORS = frozenset({"admin"})


def level_words() -> dict[str, str]:
    """The five levels."""
    words = (_("the country"), _("province"), _("city"), _("county"), _("local office"))
    return dict(zip(LEVELS, words, strict=True))


def post_words() -> dict[str, str]:
    """What somebody may be in an office."""
    return {
        "officer": _("officer: decides"),
        "inspector": _("inspector: looks and takes samples"),
        "station": _("complaint station: takes complaints and settles them"),
    }


@desk.page("/offices", roles=OFFICIALS)
def offices_page(call: DeskCall) -> Answer:
    """Offices by their codes; where one lies is said by its code."""
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    after = "" if page.after is None else str(page.after[0])
    rows = list_jurisdictions(call.session, NATION, after, page.limit + 1)
    shown, following = cut(list(rows), page, lambda one: [one.code])
    levels = {one.code: level_words()[level_of(one.code)] for one in shown}
    return show("desk/offices.html", call=call, rows=shown, levels=levels, next=following)


@desk.form("/offices", roles=OPERATORS, again=offices_page)
def save_office(call: DeskCall) -> Answer:
    """Enter an office, or its new names and telephone."""
    names = ("name", "name_en", "phone")
    typed = {name: text for name in names if (text := call.form.get(name, "").strip())}
    body = validate(JurisdictionIn, typed)
    code = call.form.get("code", "").strip()
    add_jurisdiction(call.session, code, body.name, body.name_en, body.phone, call.now)
    return see_other(url_for("oversight_desk.office_page", code=code), done="entered")


@desk.page("/offices/<code>", roles=OFFICIALS)
def office_page(call: DeskCall) -> Answer:
    """An office, who works in it, and the offices directly within."""
    office = find_jurisdiction(call.session, call.path["code"])
    return show(
        "desk/office.html",
        call=call,
        office=office,
        level=level_words()[level_of(office.code)],
        staff=staff_of(call.session, office.code),
        posts=post_words(),
        officials=list_officials(call.session) if call.user.role == "admin" else [],
    )


@desk.form("/offices/<code>/staff", roles=OPERATORS, again=office_page)
def save_staff(call: DeskCall) -> Answer:
    """Say that somebody works here from now on, or not any more."""
    code = find_jurisdiction(call.session, call.path["code"]).code
    typed = {"actor": call.form.get("actor", "").strip(), "post": call.form.get("post") or POSTS[0]}
    body = validate(StaffIn, {**typed, "end": call.form.get("end") == "yes"})
    place = None if body.end else code
    assign_staff(call.session, call.principal, body.actor, place, body.post, call.now)
    return see_other(url_for("oversight_desk.office_page", code=code), done="ended" if body.end else "staffed")
