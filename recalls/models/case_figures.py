"""How far a running case had come when it was last counted; derived, replaced whenever it is counted again."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from trace.kit.db import Base


class CaseFigures(Base):
    """The five ratios of a case as of ``as_of``: ``effectiveness`` is canonical JSON (`recalls.effectiveness`)."""

    __tablename__ = "recall_case_figures"

    case_id: Mapped[int] = mapped_column(ForeignKey("recall_cases.id"), primary_key=True, autoincrement=False)
    as_of: Mapped[datetime]
    effectiveness: Mapped[str] = mapped_column(Text)
