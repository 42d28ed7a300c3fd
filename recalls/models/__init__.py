"""The tables of recalls; one file a noun."""

from recalls.models.case_figures import CaseFigures
from recalls.models.cases import FrozenRun, RecallCase, ScopeLine, StageStep
from recalls.models.clocks import CalendarDay, Deadline, DeadlineReminder, Duty
from recalls.models.drafts import LaunchDraft
from recalls.models.drills import Drill
from recalls.models.effectiveness import CheckDraw, CheckMember, CheckResult, FiledReport
from recalls.models.notices import Notice, NoticeAttempt, NoticeWatch, PartyContact
from recalls.models.participants import Participant
from recalls.models.plans import PlannedQuantity, RecallPlan
from recalls.models.public_notices import NoticePicture, PublicNotice
from recalls.models.public_search import PublicEntry, PublicMark
from recalls.models.responses import Response, ResponseLine, ResponsePhoto

__all__ = [
    "CalendarDay",
    "CaseFigures",
    "CheckDraw",
    "CheckMember",
    "CheckResult",
    "Deadline",
    "DeadlineReminder",
    "Drill",
    "Duty",
    "FiledReport",
    "FrozenRun",
    "LaunchDraft",
    "Notice",
    "NoticeAttempt",
    "NoticePicture",
    "NoticeWatch",
    "Participant",
    "PartyContact",
    "PlannedQuantity",
    "PublicEntry",
    "PublicMark",
    "PublicNotice",
    "RecallCase",
    "RecallPlan",
    "Response",
    "ResponseLine",
    "ResponsePhoto",
    "ScopeLine",
    "StageStep",
]
