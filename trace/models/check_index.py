"""What the consumer's check answers from without reading an event. Derived as the ledger, rebuilt at will.

No foreign keys: only `trace.derivation.check_index` writes these rows, and `flask rebuild --check` compares them.
"""

from datetime import date

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base


class SerialBatch(Base):
    """The batch that a serial was said to be of (RULES 2); one that no event names with its lot has no row."""

    __tablename__ = "serial_batches"

    serial_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(BigInteger)


class ProductionDay(Base):
    """The one day on which events say that a batch was made; what was registered is in `Batch.produced_on`."""

    __tablename__ = "production_days"

    batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date]


class Content(Base):
    """A batch that is in a logistic unit, or in a case with a serial of its own, now and at whatever depth.

    Of goods without a known lot it is their item class; a unit inside that nobody is known to have filled is itself.
    """

    __tablename__ = "contents"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  (SQLAlchemy reads it as a plain dict)

    unit_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
