"""The top-level resources: what values seen events have, and the events of each value (EPCIS 2.0 §12.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trace.epcis.epc_format import translate_identifier
from trace.epcis.names import EPCIS_CONTEXT
from trace.epcis.xml_answers import collection_xml
from trace.events.errors import NoSuchResourceException, NotImplementedException
from trace.events.vocabularies import has_value, list_values, query_of
from trace.kit.transactions import Answer
from trace.kit.web import raw_path
from trace.web.epcis_binding import EpcisCall, epcis
from trace.web.epcis_events import answer_events_with
from trace.web.epcis_paging import cut_page, read_page
from trace.web.epcis_schemas import COLLECTION, PAGED, QUERY, QUERY_DOCUMENT

VALUES: Mapping[str, str] = {
    "eventTypes": "eventType",
    "epcs": "epc",
    "bizSteps": "bizStep",
    "bizLocations": "bizLocation",
    "readPoints": "readPoint",
    "dispositions": "disposition",
}
"""What each resource lists the values of."""

IDENTIFIERS = ("epcs", "bizLocations", "readPoints")
"""Resources whose values have an EPC format."""


@epcis.operation("GET", "/", answers={200: COLLECTION}, summary="The top-level resources")
def get_resources(call: EpcisCall) -> Answer:
    """Where to go from here."""
    return _answer_collection(call, ["capture", "events", *VALUES, "queries"])


@epcis.operation(
    "DELETE",
    "/nextPageToken/<path:token>",
    answers={},
    summary="Not needed: a token holds nothing here",
    roles=None,
    media_types=(),
    problems={501},
)
def delete_next_page_token(call: EpcisCall) -> Answer:
    """Tokens are signed positions that expire by themselves; none is kept that could be released."""
    raise NotImplementedException(
        "A nextPageToken cannot be released: nothing is kept for it, and it expires by itself."
    )


def _answer_collection(call: EpcisCall, members: Sequence[str], headers: Mapping[str, str] | None = None) -> Answer:
    if call.wishes.xml:
        return Answer(200, collection_xml(members), headers or {}, call.wishes.media_type)
    body = {"@context": EPCIS_CONTEXT, "type": "Collection", "member": list(members)}
    return Answer(200, body, headers or {}, call.wishes.media_type)


def _declare(resource: str, value: str) -> None:
    """The three operations of one resource."""
    at_value = f"/{resource}/<path:{value}>"

    def list_resource(call: EpcisCall) -> Answer:
        """Only values that events have which the key may see."""
        page = read_page(call.principal)
        after = None if page.after is None else str(page.after[0])
        found = list_values(call.session, call.principal, resource, page.limit + 1, after)
        shown, headers = cut_page(call.principal, page, found, lambda value: [value])
        if resource in IDENTIFIERS:
            shown = [translate_identifier(one, call.wishes.epc_format) for one in shown]
        return _answer_collection(call, shown, headers)

    def find_value(call: EpcisCall) -> str:
        text = call.path[value]
        if not has_value(call.session, call.principal, resource, text):
            raise NoSuchResourceException(f"No event with {value} {text} is known.")
        return text

    def get_value(call: EpcisCall) -> Answer:
        """What can be asked of the value: its events."""
        read_page(call.principal)  # there is only this page
        find_value(call)
        return _answer_collection(call, ["events"])

    def get_value_events(call: EpcisCall) -> Answer:
        """The parameters of the EPCIS Query Language narrow them down."""
        whole = _whole(call, value)
        return answer_events_with(call, query_of(resource, find_value(call))) if whole is call else get_value(whole)

    declare = epcis.operation
    declare(
        "GET", f"/{resource}", name=f"get_{resource}", answers={200: COLLECTION}, summary=f"All {resource}",
        parameters=PAGED,
    )(list_resource)  # fmt: skip
    declare(
        "GET", at_value, name=f"get_{value}", answers={200: COLLECTION}, summary=f"What a {value} has",
        parameters=PAGED,
    )(get_value)  # fmt: skip
    declare(
        "GET", f"{at_value}/events", name=f"get_{value}_events", answers={200: QUERY_DOCUMENT},
        summary=f"The events of a {value}", parameters=[*PAGED, *QUERY], problems={413},
    )(get_value_events)  # fmt: skip
    epcis.discovery(at_value, exists=find_value)
    epcis.discovery(f"{at_value}/events", exists=lambda call: find_value(_whole(call, value)))


def _whole(call: EpcisCall, name: str) -> EpcisCall:
    """The same call, or, where `/events` is the end of a percent-encoded value, the call for that whole value."""
    if raw_path().endswith("/events"):
        return call
    return replace(call, path={name: call.path[name] + "/events"})


for _resource, _value in VALUES.items():
    _declare(_resource, _value)
