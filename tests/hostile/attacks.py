"""Hostile requests: codes of 20,000 characters, controls, endless brackets, pictures that are none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.e2e.world import YOGURT
from tests.hostile.pictures import pictures

GS = "\x1d"
LONGEST = 1990
"""Near to the most characters of a code."""


@dataclass(frozen=True)
class Attack:
    """One request, and the statuses that are a right answer to it."""

    name: str
    path: str
    allowed: frozenset[int]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def send(self, client: FlaskClient) -> TestResponse:
        method = "GET" if self.body is None else "POST"
        return client.open(self.path, method=method, headers=dict(self.headers), data=self.body)


CODES = {
    "20,000 digits": "9" * 20_000,
    "20,000 letters": "A" * 20_000,
    "20,000 Chinese characters": "码" * 20_000,
    "1,990 digits": "9" * LONGEST,
    "1,990 zeros and a letter": "0" * LONGEST + "x",
    "1,990 spaces": " " * LONGEST + "x",
    "1,990 full-width digits": "９" * LONGEST,
    "1,990 FNC1": GS * LONGEST,
    "660 brackets": "(01" * 660,
    "990 brackets, none closed": "(" * LONGEST,
    "390 lots": "(10)A" * 390,
    "lots between FNC1": f"]C101095200000001{GS}" + f"10A{GS}" * 400,
    "a Digital Link of 600 qualifiers": f"https://id.gs1.org/01/0{YOGURT}" + "/10/A" * 350,
    "a Digital Link of 400 attributes": f"https://id.gs1.org/01/0{YOGURT}?" + "17=261122&" * 190,
    "a Digital Link with a host of 900 labels": "https://" + "a." * 900 + f"/01/0{YOGURT}",
    "an EPC URN of 900 parts": "urn:epc:id:sgtin:" + "1." * 900,
    "1,990 combining marks": "9" + "\u0301" * LONGEST,
    "percent signs": "%25" * 600,
    "half an escape": f"https://id.gs1.org/01/0{YOGURT}/10/%E5%A",
    "a symbology identifier alone": "]d2",
    "controls": "\x01\x02\x1b[31m" + YOGURT,
    "a right-to-left override": "\u202e" + YOGURT,
    "bytes of no UTF-8": "%ff%fe%80",
    "not a number": "NaN",
    "a number in another script": "٩٥٢٠٠٠٠٠٠٠١٠٣",
    "a superscript": "952000000010³",
    "a header behind a line break": "x\r\nLocation: https://evil.example",
    "another host": "//evil.example/x",
    "a way up": "../../../../etc/passwd",
    "1,990 letters of base64": "ARFKk4XB0CDKWcnpq" * 117,
}

REFUSED = frozenset({400, 404, 413, 414, 415, 422, 431})
ANSWERED = frozenset({200}) | REFUSED
RESOLVED = frozenset({300, 307, 308}) | ANSWERED


def attacks() -> Iterator[Attack]:
    """Every request of this file; none may be answered with 5xx, or call anything safe."""
    for name, code in CODES.items():
        asked = code if name == "bytes of no UTF-8" else quote(code, safe="")
        yield Attack(f"{name} as code, API", f"/api/v1/check?code={asked}", ANSWERED)
        yield Attack(f"{name} as code, page", f"/check?code={asked}", ANSWERED)
        yield Attack(f"{name} as lot", f"/api/v1/check?code={YOGURT}&lot={asked}", ANSWERED)
        yield Attack(f"{name} as serial", f"/check?code={YOGURT}&lot=L1&serial={asked}", ANSWERED)
        yield Attack(f"{name} in a search", f"/recalls?q={asked}", ANSWERED)
        yield Attack(f"{name} as lot of a Digital Link", f"/01/0{YOGURT}/10/{asked}", RESOLVED)
        yield Attack(f"{name} as a compressed Digital Link", f"/{asked}", RESOLVED)
        yield Attack(f"{name} as a link type", f"/01/0{YOGURT}?linkType={asked}", RESOLVED)
        yield Attack(f"{name} as a product", f"/products/{asked}", RESOLVED)
    yield from _headers()
    yield from _photos()


def _headers() -> Iterator[Attack]:
    for name, value in (
        ("Accept-Language", "zh;q=0.1," * 3000),
        ("Accept", "application/linkset+json;q=0.1," * 1500),
        ("Cookie", "lang=" + "x" * 20_000),
        ("If-None-Match", '"a",' * 5000),
        ("X-Forwarded-For", "1.1.1.1," * 3000),
    ):
        yield Attack(f"{name} of {len(value):,} characters", f"/check?code={YOGURT}", ANSWERED, {name: value})


def form(data: bytes, name: str = 'photo"; filename="x.jpg', boundary: str = "edge") -> bytes:
    """A multipart form of one file."""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\nContent-Type: image/jpeg\r\n\r\n'
    return head.encode() + data + f"\r\n--{boundary}--\r\n".encode()


def _photos() -> Iterator[Attack]:
    edged = {"Content-Type": "multipart/form-data; boundary=edge"}
    for name, data in pictures().items():
        yield Attack(f"photo: {name}", "/api/v1/check/photo", ANSWERED, edged, form(data))
    jpeg = pictures()["JPEG with a ZIP behind it"]
    parts = form(jpeg)[:-8] * 2000 + b"--edge--"
    for name, body in {
        "a form of 2,000 files": parts,
        "a form that never ends": form(jpeg)[:-12],
        "a form without parts": b"--edge--",
        "a form of 11 MB": form(bytes(11 << 20)),
        "a file named as a path": form(jpeg, 'photo"; filename="../../etc/passwd'),
        "a field of 20,000 characters": form(jpeg, "x" * 20_000),
    }.items():
        yield Attack(name, "/api/v1/check/photo", ANSWERED, edged, body)
    yield Attack("no form", "/api/v1/check/photo", REFUSED, {"Content-Type": "image/jpeg"}, jpeg)
    yield Attack(
        "a form without an edge", "/api/v1/check/photo", REFUSED, {"Content-Type": "multipart/form-data"}, jpeg
    )
