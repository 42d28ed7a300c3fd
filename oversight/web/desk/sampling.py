"""Sampling inspections at the desk: plans, samples, and pass rates."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from oversight.jurisdictions import office_of
from oversight.matters.reading import find_matter
from oversight.matters.steps import actor_of
from oversight.models import Matter
from oversight.registers.entries import WantedEntries, list_entries
from oversight.sampling.bodies import PlanIn
from oversight.sampling.draw import MOST_SAMPLES
from oversight.sampling.figures import BYS, By, read_rates
from oversight.sampling.plans import open_plan
from oversight.sampling.reading import write_frame, write_plan, write_sample
from oversight.sampling.written import read_limits
from oversight.web.desk.desk import desk
from oversight.web.desk.shown import Ask, Shown, Words
from trace.kit.contract import validate
from trace.kit.desk import EVERYBODY, FIRMS, NO_STORE, OFFICERS, DeskCall, see_other, show
from trace.kit.errors import Invalid
from trace.kit.i18n import _
from trace.kit.transactions import Answer

OFFICIALS = EVERYBODY - FIRMS
TEXTS = ("title", "title_en", "starts_on", "ends_on")
LISTS = ("gtins", "categories", "regions")


def kind_words() -> Words:
    """Kinds of places."""
    return {"plant": _("Plant"), "warehouse": _("Warehouse"), "outlet": _("Outlet"), "other": _("Other")}


@desk.page("/sampling", roles=OFFICIALS)
def sampling_page(call: DeskCall) -> Answer:
    """Pass rates in the area of one's office."""
    by: By = next((one for one in BYS if one == call.args.get("by")), "product")
    text = call.args.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
    within = "000000" if call.user.role == "auditor" else office_of(call.session, call.principal).code
    words = {"product": _("Product"), "kind": _("Kind of place"), "region": _("Region"), "year": _("Year")}
    rates = read_rates(call.session, by, within, year)
    return show("desk/sampling.html", call=call, rates=rates, by=by, bys=words, kinds=kind_words())


@desk.page("/sampling/new", roles=OFFICERS)
def new_plan_page(call: DeskCall) -> Answer:
    """The form of a plan."""
    return show("desk/sampling_new.html", call=call, kinds=kind_words(), most=MOST_SAMPLES)


@desk.form("/sampling/new", roles=OFFICERS, again=new_plan_page)
def draft_plan(call: DeskCall) -> Answer:
    """Draft a plan; another person approves it."""
    body = validate(PlanIn, _read_plan(call))
    matter = open_plan(call.session, actor_of(call.session, call.principal), body, call.now)
    return see_other(url_for("oversight_desk.matter_page", number=matter.number), done="open")


def _read_plan(call: DeskCall) -> dict[str, Any]:
    form = call.form
    states: dict[str, Any] = {name: form[name].strip() for name in TEXTS if form.get(name, "").strip()}
    for name in LISTS:
        states[name] = form.get(name, "").replace(",", " ").replace("，", " ").replace("、", " ").split()
    size = form.get("size", "").strip()
    states |= {"kinds": form.getlist("kinds"), "food": form.get("food") == "yes"}
    states["size"] = int(size) if size.isascii() and size.isdigit() and len(size) < 10 else size
    try:
        states["items"] = read_limits(form.get("items", "")[:20_000])
    except ValueError as error:
        raise Invalid.field("/items", str(error)) from error
    return states


@desk.page("/sampling/<number>/frame", roles=OFFICIALS)
def frame_page(call: DeskCall) -> Answer:
    """The printed frame, which with the seed is all that a repeated draw needs."""
    matter = find_matter(call.session, call.principal, call.path["number"], ("sampling_plan",))
    return Answer(200, write_frame(call.session, matter)["text"].encode(), NO_STORE, "text/plain")


def _plan_stages() -> Words:
    return {
        "draft": _("drafted"),
        "approved": _("approved"),
        "drawn": _("drawn"),
        "completed": _("completed"),
        "dropped": _("dropped"),
    }


def _plan_steps() -> Words:
    return {
        "approve": _("Approve the plan"),
        "drop": _("Drop the plan"),
        "draw": _("Draw the samples"),
        "complete": _("Complete the plan"),
    }


def _plan_asks(_call: DeskCall, _matter: Matter) -> Mapping[str, Sequence[Ask]]:
    seed = Ask("seed", _("Seed"), hint=_("As drawn in public; left empty, the service makes a random one."))
    return {"draw": [seed]}


def _read_whole(call: DeskCall, matter: Matter) -> Mapping[str, Any]:
    return {"plan": write_plan(call.session, matter), "sample_stages": _stages()}


def _stages() -> Words:
    return {
        "drawn": _("to be taken"),
        "taken": _("taken"),
        "at_laboratory": _("at the laboratory"),
        "reported": _("result to be confirmed"),
        "failed": _("failed, may be objected to"),
        "objected": _("objected to"),
        "at_retest": _("at the re-test"),
        "retested": _("re-test to be confirmed"),
        "final_failed": _("failed, final"),
        "correcting": _("to be corrected"),
        "corrected": _("corrected, to be checked again"),
        "missed": _("not to be had"),
        "passed": _("sample passed"),
        "closed": _("checked again, closed"),
    }


def _steps() -> Words:
    return {
        "take": _("Take the sample"),
        "miss": _("It could not be taken"),
        "send": _("Send it to a laboratory"),
        "report": _("Enter the report"),
        "pass": _("Confirm: it passed"),
        "fail": _("Confirm: it failed (Product Quality Law, 15 days)"),
        "fail-food": _("Confirm: it failed (Food Safety Law, 7 working days)"),
        "object": _("Object and ask for a re-test"),
        "accept": _("Accept the result"),
        "conclude": _("Conclude: nobody objected in time"),
        "send-retest": _("Send it to another laboratory"),
        "report-retest": _("Enter the report of the re-test"),
        "retest-pass": _("Confirm: it passed the re-test"),
        "retest-fail": _("Confirm: it failed the re-test"),
        "publish": _("Draft a publication"),
        "stop-sale": _("Order the batch off sale"),
        "recall": _("Open a recall of the batch"),
        "order-correction": _("Order a correction"),
        "corrected": _("Say that it is corrected"),
        "recheck-pass": _("Checked again: it is put right"),
        "recheck-fail": _("Checked again: it is not put right"),
    }


def _asks(call: DeskCall, _matter: Matter) -> Mapping[str, Sequence[Ask]]:
    if call.user.role == "company":
        return {}
    entries = list_entries(call.session, "laboratories", WantedEntries(), None, 200)
    found = [(str(one.row.id), f"{one.newest.name} {one.newest.number}") for one in entries]
    laboratory = Ask("laboratory", _("Laboratory"), "choice", True, options=found)
    lines = Ask(
        *("lines", _("Results"), "long", True),
        _("A line an item, such as “protein; 3.1 g/100g”, or “salmonella; not detected”."),
    )
    report = [Ask("number", _("Number of the report"), required=True), lines]
    kinds = [("notified", _("notify the firm")), ("ordered", _("order it"))]
    return {
        "take": [Ask("quantity", _("Quantity"), "decimal", True)],
        "send": [laboratory],
        "send-retest": [laboratory],
        "report": report,
        "report-retest": report,
        "publish": [
            Ask("title", _("Title in Chinese"), required=True),
            Ask("title_en", _("Title in English"), required=True),
            Ask("text", _("Text in Chinese"), "long", True),
            Ask("text_en", _("Text in English"), "long", True),
        ],
        "stop-sale": [Ask("instructions", _("What to do"))],
        "recall": [
            Ask("hazard", _("Hazard"), required=True),
            Ask("instructions", _("What to do"), required=True),
            Ask("recall_class", _("Class"), "choice", True, options=[(one, one) for one in "123"]),
            Ask("kind", _("Kind"), "choice", True, options=kinds),
        ],
    }


def _read_sample(call: DeskCall, matter: Matter) -> Mapping[str, Any]:
    return {"sample": write_sample(call.session, call.principal, matter)}


SHOWN_PLAN = Shown(
    name=lambda: _("Sampling plan"),
    stages=_plan_stages,
    steps=_plan_steps,
    asks=_plan_asks,
    template="desk/sampling_plan.html",
    read=_read_whole,
)

SHOWN_SAMPLE = Shown(
    name=lambda: _("Sample"),
    stages=_stages,
    steps=_steps,
    asks=_asks,
    template="desk/sample.html",
    read=_read_sample,
)
