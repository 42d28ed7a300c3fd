"""The least that a WSGI application can do: what the same server answers without any work."""

from collections.abc import Callable, Iterable
from typing import Any

BODY = b'{"status":"no_recall_known"}' + b" " * 370
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))]


def app(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer everything alike."""
    start_response("200 OK", HEADERS)
    return (BODY,)
