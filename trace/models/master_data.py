"""Who and what the events speak of: parties, locations, products."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trace.kit.db import Base, BigKey


class Party(Base):
    """A firm, known by its USCC (统一社会信用代码), its GLN, or both."""

    __tablename__ = "parties"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    uscc: Mapped[str | None] = mapped_column(Text, unique=True)
    gln: Mapped[str | None] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    webhook: Mapped[str | None] = mapped_column(Text)
    registered_at: Mapped[datetime]


class Location(Base):
    """A place; its key is that of its identifier, so events may name it before it is registered."""

    __tablename__ = "locations"

    id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"), primary_key=True, autoincrement=False)
    gln: Mapped[str | None] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    registered_at: Mapped[datetime]

    party: Mapped[Party] = relationship(lazy="joined")


class Product(Base):
    """A trade item by commodity code; its key is that of the identifier of its GTIN."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(ForeignKey("identifiers.id"), primary_key=True, autoincrement=False)
    gtin: Mapped[str] = mapped_column(Text, unique=True)
    commodity_code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[str | None] = mapped_column(Text)
    specification: Mapped[str | None] = mapped_column(Text)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"), index=True)
    uom: Mapped[str | None] = mapped_column(Text)
    classifications: Mapped[str] = mapped_column(Text, default="[]")
    registered_at: Mapped[datetime]

    party: Mapped[Party | None] = relationship(lazy="joined")
