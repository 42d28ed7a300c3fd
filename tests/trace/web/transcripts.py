"""What a firm is answered, written down so that two services can be compared: times and random numbers set apart."""

import base64
import json
import re
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from tests.trace.web.api_client import Api

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_TOKEN = re.compile(r"(?<=nextPageToken=)[\w.-]{20,}")
_EPOCH = re.compile(r"(?<!\d)\d{10,16}(?!\d)")
AROUND = timedelta(days=2)
"""Times so near to the present are those of the run; page tokens expire within a day."""


@dataclass(frozen=True)
class Call:
    """A request to one operation of the official list: its method and path there, and what stands in the path.

    The values `$capture` and `$subscription` are the IDs that the latest such request was answered. ``every_page``
    follows the links to the end.
    """

    operation: str
    values: tuple[str, ...] = ()
    query: str = ""
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    every_page: bool = False


@dataclass
class Transcript:
    """The answers to one firm's calls."""

    api: Api
    lines: list[str] = field(default_factory=list)
    _numbers: dict[str, str] = field(default_factory=dict)
    _latest: dict[str, str] = field(default_factory=dict)

    def send(self, call: Call) -> None:
        """Send a request and write down the answer, with all pages if they are asked for."""
        method, _, template = call.operation.partition(" ")
        values = iter(call.values)
        path = re.sub(r"\{\w+\}", lambda _: quote(self._value(next(values)), safe=""), template)
        target = f"/epcis{path}" + (f"?{call.query}" if call.query else "")
        while target:
            following = self._send(call, method, target)
            target = following if call.every_page else ""

    def _value(self, value: str) -> str:
        return self._latest[value] if value.startswith("$") else value

    def _send(self, call: Call, method: str, target: str) -> str:
        answer = self.api.send(method, target, call.body, **dict(call.headers))
        body = answer.get_data(as_text=True)
        headers = [(name, value) for name, value in answer.headers.items() if name != "Content-Length"]
        assert answer.headers.get("Content-Length", str(len(answer.get_data()))) == str(len(answer.get_data()))
        self.write(f"{method} {target}", f"{answer.status_code}", *(f"{n}: {v}" for n, v in headers), body)
        location = answer.headers.get("Location", "")
        kind = {"capture": "$capture", "subscriptions": "$subscription"}.get((location.split("/") or [""])[-2:][0])
        if kind:
            self._latest[kind] = location.rpartition("/")[2]
        link = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        return link[1] if link else ""

    def write(self, *parts: str) -> None:
        """Write down what came, without what differs from run to run."""
        self.lines.append("\n".join(self._plain(part) for part in parts))

    def _plain(self, text: str) -> str:
        text = _TOKEN.sub(lambda match: open_token(match[0]), text)
        text = _TIME.sub(lambda match: _moment(match[0]), text)
        text = _EPOCH.sub(lambda match: _instant(match[0]), text)
        return _UUID.sub(lambda match: self._numbers.setdefault(match[0], f"uuid {len(self._numbers) + 1}"), text)


def open_token(token: str) -> str:
    """What a page token holds, readable by whoever gets it: it must not tell more than the answer."""
    payload = token.rpartition(".")[0]
    text = payload.removeprefix(".")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return json.dumps(json.loads(data if text == payload else zlib.decompress(data)))


def _moment(text: str) -> str:
    return "now" if _is_now(datetime.fromisoformat(text)) else text


def _instant(text: str) -> str:
    """Seconds, milliseconds or microseconds since 1970."""
    for unit in (1, 1_000, 1_000_000):
        if len(str(int(text) // unit)) == 10 and _is_now(datetime.fromtimestamp(int(text) / unit, UTC)):
            return "now"
    return text


def _is_now(moment: datetime) -> bool:
    return abs(moment - datetime.now(UTC)) < AROUND
