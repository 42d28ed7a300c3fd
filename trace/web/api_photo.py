"""`POST /api/v1/check/photo`: the consumer's check by a photo. No key needed, nothing is kept."""

from datetime import UTC, datetime

from pydantic import RootModel

from trace.check.photo import PhotoRow, check_photo, read_codes
from trace.kit.contract import Call
from trace.kit.limits import spending
from trace.kit.transactions import Answer
from trace.kit.uploads import Upload
from trace.kit.web import current_settings
from trace.symbols.decode import Reading
from trace.symbols.photo import MOST_BYTES
from trace.web.api import api

NO_STORE = {"Cache-Control": "no-store"}


def read_within_budget(data: bytes) -> list[Reading]:
    """As `read_codes`, as far as the address that asks may. Raises TooManyRequests (429)."""
    with spending("photo"):
        return read_codes(data)


PHOTO = Upload("photo", MOST_BYTES, read_within_budget)


class PhotoOut(RootModel[PhotoRow]):
    """The codes found on a photo, each with its check."""


@api.operation(
    "POST",
    "/check/photo",
    answers={200: PhotoOut, 429: None},
    only_reads=True,
    public=True,
    upload=PHOTO,
    summary="Was this recalled? By a photo of the code",
    tag="consumers",
)
def post_check_photo(call: Call) -> Answer:
    """A form with the file `photo`: JPEG, PNG, WebP, GIF or AVIF of at most 10 MB. HEIC is refused (415).

    Every code on it is answered, those that say most first; none found is 200 with an empty list. Doubt is 503.
    """
    return Answer(200, check_photo(call.session, call.body, datetime.now(UTC), current_settings().public_url), NO_STORE)
