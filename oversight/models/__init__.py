"""The tables of the regulator's desk; one file a noun."""

from oversight.models.complaints import Citizen, CitizenLook, CitizenWords, Complaint, ComplaintCause
from oversight.models.credit import CreditLook, CreditRecord, CreditRepair, GradeChange
from oversight.models.jurisdictions import Jurisdiction, StaffPost
from oversight.models.listings import ListedParty
from oversight.models.matters import Matter, MatterClock, MatterCounter, MatterMessage, MatterStep, TimeLimit
from oversight.models.publications import Publication, PublicationVersion
from oversight.models.purchases import PurchaseCheck, PurchaseRule, PurchaseWatch, TestReport
from oversight.models.registers import RegisterEntry, RegisterSpan, RegisterVersion
from oversight.models.sampling import Sample, SampleResult, SamplingPlan
from oversight.models.signals import CopiedItem, ForeignRecall, Signal, SignalCase, SignalWatch
from oversight.models.withdrawals import Withdrawal, WithdrawalConfirmation, WithdrawalTask

__all__ = [
    "Citizen",
    "CitizenLook",
    "CitizenWords",
    "Complaint",
    "ComplaintCause",
    "CopiedItem",
    "CreditLook",
    "CreditRecord",
    "CreditRepair",
    "ForeignRecall",
    "GradeChange",
    "Jurisdiction",
    "ListedParty",
    "Matter",
    "MatterClock",
    "MatterCounter",
    "MatterMessage",
    "MatterStep",
    "Publication",
    "PublicationVersion",
    "PurchaseCheck",
    "PurchaseRule",
    "PurchaseWatch",
    "RegisterEntry",
    "RegisterSpan",
    "RegisterVersion",
    "Sample",
    "SampleResult",
    "SamplingPlan",
    "Signal",
    "SignalCase",
    "SignalWatch",
    "StaffPost",
    "TestReport",
    "TimeLimit",
    "Withdrawal",
    "WithdrawalConfirmation",
    "WithdrawalTask",
]
