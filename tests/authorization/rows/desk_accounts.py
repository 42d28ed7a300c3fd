"""The desk: home, the door, people, keys, one's own account."""

from tests.authorization.row import ANYBODY, HISTORIANS, MANAGERS, Row, form, get

WRONG = {"email": "nobody@firm.example", "password": "not the password"}

ROWS: list[Row] = [
    get("/desk", HISTORIANS),
    form("/desk/sign-out", HISTORIANS),
    get("/desk/sign-in", ANYBODY, own=303, nobody=200),  # who is signed in already goes on
    form("/desk/sign-in", ANYBODY, own=422, nobody=403, fields=WRONG),  # the row has no form of a visit
    get("/desk/second-factor", ANYBODY, own=303),  # nobody here has shown a password alone
    form("/desk/second-factor", ANYBODY, own=303, nobody=403, fields={"code": "000000"}),
    get("/desk/invitation/{invitation}", ANYBODY, foreign=200),  # whoever has the link
    form("/desk/invitation/{invitation}", ANYBODY, own=422, nobody=403, foreign=422, fields={"password": "short"}),
    get("/desk/forgotten", ANYBODY),
    form("/desk/forgotten", ANYBODY, own=200, nobody=403, fields={"email": "nobody@firm.example"}),
    get("/desk/openid", ANYBODY, own=404),  # no provider is set up
    get("/desk/openid/return", ANYBODY, own=404),
    get("/desk/me", HISTORIANS),
    form("/desk/me/name", HISTORIANS, fields={"name": "Another name"}),
    form("/desk/me/password", HISTORIANS, own=422, fields={"current": "wrong"}),
    form("/desk/me/second-factor", HISTORIANS, own=422, fields={"current": "wrong"}),
    form("/desk/me/second-factor/end", HISTORIANS, own=422, fields={"current": "wrong"}),
    form("/desk/me/recovery-codes", HISTORIANS, own=422, fields={"current": "wrong"}),
    form("/desk/me/browsers/end", HISTORIANS),
    get("/desk/people", MANAGERS),
    form("/desk/people", MANAGERS, own=422, fields={"name": "", "email": "x"}),
    get("/desk/people/{person}", MANAGERS),
    form("/desk/people/{person}/invite", MANAGERS, own=200),
    form("/desk/people/{person}/reset", MANAGERS, own=200),
    form("/desk/people/{person}/manager", MANAGERS, fields={"manages": "1"}),
    form("/desk/people/{person}/end", MANAGERS),
    get("/desk/keys", MANAGERS),
    form("/desk/keys", MANAGERS, own=422, fields={"name": ""}),
    form("/desk/keys/{key}/end", MANAGERS),
]
