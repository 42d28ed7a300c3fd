"""Entries made and changed: a change is a new version beside the old ones, and what follows from it is done at once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from oversight.jurisdictions import office_of
from oversight.models import RegisterEntry, RegisterSpan, RegisterVersion
from oversight.registers.bodies import CategoryIn, LicenceIn, StandingIn
from oversight.registers.entries import Entry, find_by_key
from oversight.registers.registers import Register, standing_among
from oversight.registers.validity import valid_days
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Forbidden, Invalid
from trace.kit.fields import InputModel
from trace.master_data import require_party
from trace.models import Party, Product
from trace.permits import Category, read_categories, set_category, set_permits


class NotARegistrar(Forbidden):
    """Registers are kept by officers, not by inspectors or stations."""


def require_registrar(session: Session, principal: Principal) -> None:
    """Raise NotARegistrar unless somebody may change registers: an officer of any office, or an operator."""
    post = office_of(session, principal).post
    if principal.role not in ("regulator", "admin") or post != "officer":
        raise NotARegistrar(f"Expected an officer to keep a register, got {post} ({principal.role}).")


def enter(
    session: Session, principal: Principal, register: Register, body: InputModel, reason: str | None, now: datetime
) -> tuple[Entry[Any], bool]:
    """Enter something, or say anew what is entered; returns it, and whether anything new was said.

    Raises NotARegistrar (403), Invalid (422) for a firm, product or category that is not registered.
    """
    require_registrar(session, principal)
    lock_writes(session)
    return put(session, principal, register, body, reason, now)


def put(
    session: Session, principal: Principal, register: Register, body: InputModel, reason: str | None, now: datetime
) -> tuple[Entry[Any], bool]:
    """As `enter`, by somebody who is known to be a registrar and holds the lock of writers: a row of many."""
    body, party, product = _resolve(session, body)
    _require_categories(session, body)
    key = register.key_of(body)
    found = find_by_key(session, register.word, key)
    if found is not None and _is_said(found, body):
        return found, False
    row = found.row if found is not None else RegisterEntry(register=register.word, key=key, versions=[])
    session.add(row)
    row.party_id = None if party is None else party.id
    row.product_id = None if product is None else product.id
    row.name = _name_of(register, body, party, product)
    session.flush()
    version = RegisterVersion(
        entry_id=row.id,
        content=body.model_dump_json(exclude_none=True, warnings=False),
        recorded_at=now,
        recorded_by=principal.key_id,
        recorded_name=principal.name,
        reason=(reason or "").strip() or None,
    )
    session.add(version)
    if register.has_validity:
        _write_spans(session, row, body, new=found is None)
    follow = _FOLLOWS.get(register.word)
    if follow is not None:
        follow(session, row, body)
    session.flush()
    before = ([], []) if found is None else (found.versions, found.said)
    return Entry(row, [*before[0], version], [*before[1], body]), True


def _is_said(entry: Entry[Any], body: InputModel) -> bool:
    """Whether this is what is said already; of decisions, what is said for the day on which it begins."""
    said = standing_among(entry.said, body.since) if isinstance(body, StandingIn) else entry.newest
    return bool(said == body)


def _resolve(session: Session, body: Any) -> tuple[Any, Party | None, Product | None]:
    """The firm goes by its USCC where it has one, so that it is one entry by whichever code it was named."""
    fields = type(body).model_fields
    party = require_party(session, body.party) if "party" in fields else None
    if party is not None:
        body = body.model_copy(update={"party": party.uscc or party.gln})
    gtin = getattr(body, "product", None)
    product = None if gtin is None else session.scalar(select(Product).where(Product.gtin == gtin))
    if gtin is not None and product is None:
        raise Invalid.field("/product", f"Expected a registered product, got {gtin}, which nobody registered.")
    return body, party, product


def _name_of(register: Register, body: InputModel, party: Party | None, product: Product | None) -> str:
    if register.titled is not None:
        return str(getattr(body, register.titled))
    return " · ".join(one.name for one in (party, product) if one is not None)


def _require_categories(session: Session, body: Any) -> None:
    if isinstance(body, LicenceIn):
        known = {one.word for one in read_categories(session)}
        for word in body.categories:
            if word not in known:
                got = ", ".join(sorted(known)) or "none are entered"
                raise Invalid.field("/categories", f"Expected licensed categories ({got}), got {word}.")


def _write_spans(session: Session, row: RegisterEntry, body: Any, new: bool) -> None:
    if not new:
        session.execute(delete(RegisterSpan).where(RegisterSpan.entry_id == row.id))
    session.add_all(
        RegisterSpan(entry_id=row.id, valid_from=first, valid_to=last) for first, last in valid_days(body.validity)
    )
    session.flush()


def _give_permits(session: Session, row: RegisterEntry, body: LicenceIn) -> None:
    assert row.party_id is not None
    days = valid_days(body.validity)
    set_permits(
        session, row.key, [(row.party_id, word, one) for word in dict.fromkeys(body.categories) for one in days]
    )


def _give_category(session: Session, _row: RegisterEntry, body: CategoryIn) -> None:
    set_category(
        session,
        Category(body.word, body.scheme, body.prefix, body.name, body.name_en, body.needed_from, body.needed_to),
    )


_FOLLOWS: Mapping[str, Callable[[Session, RegisterEntry, Any], None]] = {
    "licences": _give_permits,
    "categories": _give_category,
}
