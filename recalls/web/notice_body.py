"""The public notice as it is sent: with `announce`, with `extend`, or by itself."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from trace.field_types import UsccText
from trace.kit.fields import Day, InputModel, Text


def _check_email(text: str) -> str:
    name, at, host = text.partition("@")
    if not (name and at and host) or "@" in host or any(one.isspace() for one in text):
        raise ValueError(f"Expected an e-mail address like help@example.com, got {text!r}.")
    return text


ShortText = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Email = Annotated[str, Field(min_length=3, max_length=254), AfterValidator(_check_email)]


class ContactIn(InputModel):
    """How the public reaches the firm; what is left out is what the producer registered."""

    phone: ShortText | None = None
    email: Email | None = None
    address: ShortText | None = None


class PictureIn(InputModel):
    """A photograph: a PNG or JPEG of at most 2 MB in base64, or the digest of one sent before."""

    data: Annotated[str, Field(min_length=1, max_length=2_900_000)] | None = None
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


class NoticeIn(InputModel):
    """What the author of a notice says. Texts come in Chinese and, with `_en`, in English.

    `title`, `defect`, `what_to_do`, `remedy`, `starts_on` and `ends_on` are the case's own (and the plan's) where they
    are left out. Producer, products, batches, units and regions are given only where the records do not have them.
    """

    title: ShortText | None = None
    title_en: ShortText | None = None
    producer: ShortText | None = None
    uscc: UsccText | None = None
    contact: ContactIn | None = None
    product: ShortText | None = None
    product_en: ShortText | None = None
    brand: ShortText | None = None
    specification: ShortText | None = None
    picture: PictureIn | None = None
    batches: Text | None = None
    produced: ShortText | None = None
    lot_picture: PictureIn | None = None
    lot_position: Text | None = None
    lot_position_en: Text | None = None
    units_made: ShortText | None = None
    units_recalled: ShortText | None = None
    channels: Text | None = None
    channels_en: Text | None = None
    regions: Text | None = None
    regions_en: Text | None = None
    sold_from: Day | None = None
    sold_to: Day | None = None
    defect: Text | None = None
    defect_en: Text | None = None
    consequence: Text | None = None
    consequence_en: Text | None = None
    what_to_do: Text | None = None
    what_to_do_en: Text | None = None
    remedy: Text | None = None
    remedy_en: Text | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    feedback: Text | None = None
    feedback_en: Text | None = None

    def words(self) -> Mapping[str, Any]:
        """The same as plain JSON values, without what is left out."""
        given = self.model_dump(exclude_none=True)
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}
