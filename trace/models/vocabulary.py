"""Master data that EPCIS documents carry in their headers: vocabularies, attributes, children (EPCIS 2.0 §6.5)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base, BigKey


class VocabularyElement(Base):
    """What one firm says of one element of a vocabulary; of several captures the newest (the highest ``id``) counts.

    ``captured_by`` is empty for an operator. ``type`` is the vocabulary's URI
    (``urn:epcglobal:epcis:vtype:BusinessLocation``), ``uri`` the element's, canonical (RULES 1). ``attributes`` is a
    JSON list of [name, value] in the document's order: the name is written out and in the spelling of
    `trace.epcis.master_data.attribute_name`, the value text, number or object, null where none is given, and a name
    may come twice. ``children`` is a JSON list of canonical URIs: a place's are the places within it.
    """

    __tablename__ = "vocabulary_elements"
    __table_args__ = (Index("ix_vocabulary_elements_uri", "uri", "captured_by"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    captured_by: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    captured_at: Mapped[datetime]
    type: Mapped[str] = mapped_column(Text)
    uri: Mapped[str] = mapped_column(Text)
    attributes: Mapped[str] = mapped_column(Text)
    children: Mapped[str] = mapped_column(Text)
