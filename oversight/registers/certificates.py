"""Certificates of firms and products as they stand on a day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from oversight.registers.bodies import CertificateIn
from oversight.registers.entries import Entry, entries_of
from oversight.registers.validity import ValidityState, state_on


@dataclass(frozen=True, slots=True)
class CertificateOn:
    """A certificate on a day; ``product_id`` None: it is the firm's. ``entry_id`` is its entry in the register."""

    entry_id: int
    scheme: str
    number: str
    compulsory: bool
    product_id: int | None
    valid_from: date
    valid_to: date | None
    state: ValidityState


def certificates_on(session: Session, party_id: int, product_id: int | None, on: date) -> list[CertificateOn]:
    """Return the certificates of a firm on a day: those of the firm itself and of a product; without one, of all."""
    found = [_certificate(entry, on) for entry in entries_of(session, "certificates", party_id)]
    return [one for one in found if product_id is None or one.product_id in (None, product_id)]


def _certificate(entry: Entry[CertificateIn], on: date) -> CertificateOn:
    said = entry.newest
    return CertificateOn(
        entry.row.id,
        said.scheme,
        said.number,
        said.compulsory,
        entry.row.product_id,
        said.valid_from,
        said.valid_to,
        state_on(said.validity, on),
    )
