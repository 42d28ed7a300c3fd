"""A publication as somebody asks for it: its words, and what it is about by codes."""

from datetime import datetime

from sqlalchemy.orm import Session

from oversight.jurisdictions import office_of
from oversight.matters.steps import actor_of
from oversight.models import Matter
from oversight.publications.drafts import NewPublication, Topic, draft_publication
from oversight.publications.subjects import find_party_id, find_product_id
from trace.kit.auth import Principal
from trace.kit.fields import InputModel, Text


class PublicationIn(InputModel):
    """Words in both languages; what it is about: a firm (USCC or GLN), a product (GTIN), a matter or recall."""

    topic: Topic
    title: Text
    title_en: Text
    text: Text
    text_en: Text
    party: Text | None = None
    gtin: Text | None = None
    about: Text | None = None


def draft(session: Session, principal: Principal, body: PublicationIn, now: datetime) -> Matter:
    """Draft what a body says, in the hands of one's own office."""
    new = NewPublication(
        topic=body.topic,
        title=body.title,
        title_en=body.title_en,
        text=body.text,
        text_en=body.text_en,
        code=office_of(session, principal).code,
        about=body.about,
        party_id=find_party_id(session, body.party),
        product_id=find_product_id(session, body.gtin),
    )
    return draft_publication(session, actor_of(session, principal), new, now)
