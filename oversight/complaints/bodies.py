"""What the steps of complaints, reports, inquiries and praise have to state."""

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator

from oversight.complaints.intake import Code, Letter, Line
from oversight.complaints.masking import find_contact
from trace.kit.fields import InputModel, QuantityOrZero, WholeNumber

Remedy = Literal["refund", "replace", "repair", "compensate", "apologise", "other"]
REMEDIES: tuple[Remedy, ...] = get_args(Remedy)


def without_contact(text: str) -> str:
    """Return a text that stays in the history. Raises ValueError where it tells how to reach somebody."""
    found = find_contact(text)
    if found is not None:
        raise ValueError(f"Expected no telephone, identity number or mail address of anybody here, got {found!r}.")
    return text


def _satisfied(value: int) -> int:
    if not 1 <= value <= 5:
        raise ValueError(f"Expected a satisfaction from 1 to 5, got {value}.")
    return value


Told = Annotated[Letter, AfterValidator(without_contact)]
"""A text that stays in the history, so it must name nobody."""

Satisfaction = Annotated[WholeNumber, AfterValidator(_satisfied)]


class SummaryIn(InputModel):
    """What the firm is told: the matter in the office's words."""

    summary: Told


class ProposalIn(InputModel):
    """What the firm offers; ``amount`` in yuan."""

    remedy: Remedy
    terms: Told
    amount: QuantityOrZero | None = None


class AgreementIn(InputModel):
    """What was agreed, where it is more than the firm's proposal."""

    terms: Told | None = None


class WordsIn(InputModel):
    """What the citizen adds; it is kept with his personal data."""

    words: Letter


class ReopenIn(InputModel):
    """Why the matter is to be taken up again, in the citizen's words."""

    words: Letter | None = None


class CallBackIn(InputModel):
    """Whether somebody answered the call, and how content he was, from 1 to 5."""

    reached: bool = False
    satisfaction: Satisfaction | None = None


class RateIn(InputModel):
    """How content the citizen is, from 1 to 5."""

    satisfaction: Satisfaction


class AttachIn(InputModel):
    """The goods, the outlet or the firm, found later; what is left out stays as it is."""

    code: Code | None = None
    lot: Line | None = None
    serial: Line | None = None
    outlet: Line | None = None
    firm: Line | None = None


class DiscloseIn(InputModel):
    """Which of the citizen's data the firm is told, for the settlement alone."""

    name: bool = False
    phone: bool = False
    address: bool = False
    email: bool = False


class FiledIn(InputModel):
    """The number of the case file."""

    case_number: Line


class ConclusionIn(InputModel):
    """Whether what was reported is true, and the number of the decision, if there is one."""

    upheld: bool = False
    decision: Line | None = None


class AnswerIn(InputModel):
    """The answer to an inquiry, as the citizen reads it."""

    answer: Told


class ReferIn(InputModel):
    """Whose matter it is instead."""

    to: Annotated[Line, AfterValidator(without_contact)]


COMPLAINT_BODIES: Mapping[str, type[InputModel]] = {
    "invite": SummaryIn,
    "propose": ProposalIn,
    "agree": AgreementIn,
    "call-back": CallBackIn,
    "rate": RateIn,
    "reopen": ReopenIn,
    "add-words": WordsIn,
    "attach": AttachIn,
    "disclose": DiscloseIn,
}
REPORT_BODIES: Mapping[str, type[InputModel]] = {
    "file-case": FiledIn,
    "conclude": ConclusionIn,
    "rate": RateIn,
    "reopen": ReopenIn,
    "add-words": WordsIn,
    "attach": AttachIn,
}
INQUIRY_BODIES: Mapping[str, type[InputModel]] = {
    "answer": AnswerIn,
    "refer": ReferIn,
    "rate": RateIn,
    "call-back": CallBackIn,
    "reopen": ReopenIn,
    "add-words": WordsIn,
}
PRAISE_BODIES: Mapping[str, type[InputModel]] = {"pass-on": SummaryIn, "attach": AttachIn, "add-words": WordsIn}
