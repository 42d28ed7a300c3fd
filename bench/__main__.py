"""All benchmarks, one after the other, or the one that is named (`make bench ARGS="national --grow 1000000"`)."""

import sys
from collections.abc import Callable

from bench import bombs, capture, check, impact_http, national, one_batch, photos, query, sheets, sources

PARTS: dict[str, Callable[..., None]] = {
    "national": national.main,
    "impact_http": impact_http.main,
    "bombs": bombs.main,
    "sources": sources.main,
    "capture": capture.main,
    "one_batch": one_batch.main,
    "query": query.main,
    "check": check.main,
    "photos": photos.main,
    "sheets": sheets.main,
}

if sys.argv[1:2] and sys.argv[1] in PARTS:
    PARTS[sys.argv[1]](sys.argv[2:])
else:
    for main in PARTS.values():
        main(sys.argv[1:])
