"""`/api/v1/parties/<code>/contacts`: whom to write to at a firm, and the secret that signs what it is sent."""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, RootModel, WithJsonSchema, model_validator
from typing_extensions import TypedDict

from recalls.notices import contacts
from recalls.notices.channels.webhook import derive_secret
from recalls.notices.contacts import Contact
from recalls.notices.policy import LAST_RANK
from trace.kit.contract import Call
from trace.kit.errors import Invalid
from trace.kit.fields import InputModel, Text, WholeNumber
from trace.kit.mail import read_address
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.kit.webhook import Policy, WebhookRefused, read_target
from trace.web.api import READERS, api, principal_of


def _check_rank(value: int) -> int:
    if not 1 <= value <= LAST_RANK:
        raise ValueError(f"Expected a rank from 1 to {LAST_RANK}, got {value}.")
    return value


def _check_mail(text: str) -> str:
    try:
        read_address(text)
    except ValueError as error:
        raise ValueError("Expected one mail address such as name@example.com.") from error
    return text


Rank = Annotated[
    WholeNumber,
    AfterValidator(_check_rank),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LAST_RANK}),
]
Mail = Annotated[str, Field(min_length=3, max_length=254), AfterValidator(_check_mail)]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()/-]{2,30}$")]
Name = Annotated[Text, Field(max_length=200)]


class ContactIn(InputModel):
    """The contact of a rank; one without any address ends the rank."""

    rank: Rank
    name: Name | None = None
    email: Mail | None = None
    phone: Phone | None = None
    webhook: Annotated[Text, Field(max_length=2000)] | None = None


class NamedCustomer(InputModel):
    """A customer that nobody registered, with its mail address or telephone."""

    name: Name
    email: Mail | None = None
    phone: Phone | None = None

    @model_validator(mode="after")
    def _has_address(self) -> Self:
        if self.email is None and self.phone is None:
            raise ValueError("Expected email or phone, got neither.")
        return self


class ContactRow(TypedDict):
    """Whom to write to; rank 1 first, the others when nobody acknowledges."""

    rank: int
    name: str | None
    email: str | None
    phone: str | None
    webhook: str | None


class ContactsRow(TypedDict):
    """The contacts of a firm that can be reached."""

    contacts: list[ContactRow]


class ContactsOut(RootModel[ContactsRow]):
    """The contacts of a firm that can be reached."""


class SecretRow(TypedDict):
    """What signs the webhooks to a firm (Standard Webhooks)."""

    secret: str


class SecretOut(RootModel[SecretRow]):
    """What signs the webhooks to a firm."""


def write_contact(contact: Contact) -> ContactRow:
    """Return a contact as it is answered."""
    return {
        "rank": contact.rank,
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "webhook": contact.webhook,
    }


def _contacts_answer(call: Call, party: int, status: int) -> Answer:
    found = contacts.find_contacts(call.session, [party]).get(party, [])
    return Answer(status, {"contacts": [write_contact(one) for one in found]})


@api.operation(
    "POST",
    "/parties/<code>/contacts",
    body=ContactIn,
    answers={201: ContactsOut},
    roles=READERS,
    summary="Say whom to write to at a firm",
    tag="recalls",
)
def post_contact(call: Call) -> Answer:
    """Of each rank the newest counts. Rank 1 takes the place of the contact that the firm was registered with."""
    body: ContactIn = call.body
    settings = current_settings()
    if body.webhook is not None:
        try:
            read_target(body.webhook, Policy(settings.webhooks_allow_http, settings.webhooks_allow_private))
        except WebhookRefused as error:
            raise Invalid.field("/webhook", str(error)) from error
    contact = Contact(body.rank, body.name, body.email, body.phone, body.webhook)
    now = datetime.now(UTC)
    party = contacts.record_contact(call.session, principal_of(call), call.path["code"], contact, now)
    return _contacts_answer(call, party.id, 201)


@api.operation(
    "GET",
    "/parties/<code>/contacts",
    answers={200: ContactsOut},
    roles=READERS,
    summary="Whom to write to at a firm",
    tag="recalls",
)
def get_contacts(call: Call) -> Answer:
    """A firm sees its own, an official any firm's."""
    party = contacts.owned_party(call.session, principal_of(call), call.path["code"])
    return _contacts_answer(call, party.id, 200)


@api.operation(
    "GET",
    "/parties/<code>/webhook-secret",
    answers={200: SecretOut},
    roles={"company", "regulator"},
    summary="What signs the webhooks to one's own firm",
    tag="recalls",
)
def get_webhook_secret(call: Call) -> Answer:
    """Only a key of the firm itself reads it."""
    principal = principal_of(call)
    party = contacts.own_party(call.session, principal, call.path["code"])
    return Answer(200, {"secret": derive_secret(current_settings().secret_key, party.id)})
