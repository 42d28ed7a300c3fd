"""The desk: recalls as firms have them, their launch, drills."""

from tests.authorization.row import COMPANY, READERS, form, get

DRAFT = "/desk/launch/00000000-0000-4000-8000-000000000000"
"""A draft is its writer's alone (tests/recalls/web/desk/test_launch.py): to everybody here it is one that is not."""

ROWS = [
    get("/desk/inbox", COMPANY),
    get("/desk/inbox/{inbox}", COMPANY),
    get("/desk/inbox/{inbox}?code={gtin}", COMPANY),
    form("/desk/inbox/{inbox}/read", COMPANY),
    form("/desk/inbox/{inbox}/answer", COMPANY, own=422),
    form("/desk/inbox/{inbox}/pass-on", COMPANY),
    form("/desk/inbox/{drill}/join", COMPANY, own=404),
    get("/desk/cases/{case}/answers", READERS),
    get("/desk/cases/{inbox}/answers", READERS),
    get("/desk/cases/{case}/photos/{digest}", READERS, own=404),
    get("/desk/drills", READERS),
    form("/desk/drills", READERS, fields={"gtin": "{gtin}", "lot": "{lot}", "hours": "4"}),
    get("/desk/drills/{drill}", READERS),
    get("/desk/drills/{drill}.pdf", READERS),
    get("/desk/launch", READERS),
    form("/desk/launch", READERS),
    get(f"{DRAFT}/goods", READERS, own=404),
    form(f"{DRAFT}/goods", READERS, own=404, fields={"gtin": "{gtin}"}),
    form(f"{DRAFT}/goods/0/remove", READERS, own=404),
    get(f"{DRAFT}/batches/0", READERS, own=404),
    form(f"{DRAFT}/batches/0", READERS, own=404),
    get(f"{DRAFT}/meaning", READERS, own=404),
    get(f"{DRAFT}/notice", READERS, own=404),
    form(f"{DRAFT}/notice", READERS, own=404),
    get(f"{DRAFT}/pictures/picture", READERS, own=404),
    get(f"{DRAFT}/case", READERS, own=404),
    form(f"{DRAFT}/case", READERS, own=404),
    get(f"{DRAFT}/check", READERS, own=404),
    form(f"{DRAFT}/file", READERS, own=404),
    form(f"{DRAFT}/delete", READERS, own=404),
    get("/desk/launch/filed/{case}", READERS),
]
