"""The desk of officials: cases, impacts, progress, notices, checks, reports, tracing, records."""

from tests.authorization.row import AUDITORS, COMPANY, HISTORIANS, OFFICERS, READERS, Row, form, get

CASE = "/desk/cases/{case}"

ROWS: list[Row] = [
    get("/desk/cases", HISTORIANS),
    get("/desk/cases.csv", HISTORIANS),
    get("/desk/cases.xlsx", HISTORIANS),
    get(CASE, HISTORIANS),
    # the stage does not allow it: who may see the case gets that far
    form(CASE + "/steps/object", COMPANY | OFFICERS, own=409, fields={"reason": "We tested it again."}),
    get(CASE + "/impact", READERS),
    get(CASE + "/impact.csv", READERS),
    get(CASE + "/impact.xlsx", READERS),
    get(CASE + "/changes/{digest}", READERS),
    get(CASE + "/progress", READERS),
    get(CASE + "/notices", OFFICERS),
    get("/desk/cases/{inbox}/notices/{notice}", OFFICERS),
    form("/desk/cases/{inbox}/notices/{notice}", OFFICERS, fields={"by": "The shop's manager"}),
    get(CASE + "/checks", OFFICERS),
    form(CASE + "/checks", OFFICERS, fields={"level": "C"}),
    form(CASE + "/checks/{draw}", OFFICERS, own=422, fields={"consignee": "9520000000011", "way": "visit"}),
    get(CASE + "/reports", OFFICERS),
    form(CASE + "/reports", OFFICERS, fields={"form": "cn_progress"}),
    get(CASE + "/report.csv?form=cn_progress", OFFICERS),
    get(CASE + "/report.xlsx?form=cn_progress", OFFICERS),
    get(CASE + "/report.pdf?form=cn_progress", OFFICERS),
    get(CASE + "/reports/{report}.csv", OFFICERS),
    get(CASE + "/reports/{report}.xlsx", OFFICERS),
    get(CASE + "/reports/{report}.pdf", OFFICERS),
    get("/desk/trace?q={lot}", OFFICERS, absent=200),
    get("/desk/trace/sources", OFFICERS),
    form("/desk/trace/sources", OFFICERS, own=200, fields={"cases": "{gtin} {lot}"}),
    get("/desk/records?subject={case}", AUDITORS, absent=200),
    get("/desk/records.csv", AUDITORS),
    get("/desk/records.xlsx", AUDITORS),
    form("/desk/purpose", OFFICERS | AUDITORS, fields={"purpose": "Case of the raw milk"}),
]
