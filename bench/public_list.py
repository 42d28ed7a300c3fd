"""The public list with thousands of announced recalls: home, list, search, filters and feed, on both databases.

`python -m bench.public_list [--recalls N]`. The best and the median of the operations, without HTTP; the entries are
written as announcements write them, a third of them with 200 lots.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import tables
from bench.databases import KINDS, servers
from recalls.models import RecallCase
from recalls.publication.listing import Filters, find_choices, find_recalls, index_recall
from recalls.publication.regions import PROVINCES
from trace.gs1.check_digits import check_digit
from trace.kit.db import Database, insert_rows

ROUNDS = 50
START = datetime(2020, 1, 1, tzinfo=UTC)
GOODS = (("酸奶", "yogurt"), ("奶粉", "milk powder"), ("饼干", "biscuits"), ("电热水壶", "kettle"), ("童车", "pram"))


def main(args: list[str] | None = None) -> None:
    """Fill both databases and show what each question takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recalls", type=int, default=5000)
    parser.add_argument("--databases", nargs="+", default=list(KINDS), choices=KINDS)
    wanted = parser.parse_args(args)
    with servers(tuple(wanted.databases)) as made:
        for kind in wanted.databases:
            with made.new(kind) as database:
                _fill(database, wanted.recalls)
                rows = [(name, *_measure(database, ask)) for name, ask in QUESTIONS.items()]
                title = f"{wanted.recalls} announced recalls, {database.describe()}"
                tables.show(title, ("question", "hits", "best ms", "median ms"), rows)


def _fill(database: Database, count: int) -> None:
    picked = random.Random(1)
    with database.write() as session:
        insert_rows(session, RecallCase, [_case(number, picked) for number in range(1, count + 1)])
        for case in session.query(RecallCase):
            index_recall(session, case, {}, _facts(case, picked))
    with database.writer.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _case(number: int, picked: random.Random) -> Mapping[str, Any]:
    at = START + timedelta(hours=12 * number)
    return {
        "number": f"{at.year}-{number:05d}",
        "title": f"召回 {number}",
        "kind": picked.choice(("voluntary", "ordered", "withdrawal")),
        "regime": "cn_food",
        "recall_class": picked.randint(1, 3),
        "depth": "consumer",
        "hazard": "菌落总数超标",
        "instructions": "停止食用, 退回购买处",
        "remedies": "[]",
        "drill": False,
        "stage": picked.choice(("announced", "executing", "completed", "terminated")),
        "version": 1,
        "created_by": 1,
        "created_at": at,
        "announced_at": at,
    }


def _facts(case: RecallCase, picked: random.Random) -> Mapping[str, Any]:
    body = f"0952{case.id % 2000:09d}"
    zh, en = picked.choice(GOODS)
    firm = picked.randint(1, 300)
    lots = 200 if case.id % 3 == 0 else 3
    product = {"id": "", "gtin": body + check_digit(body), "name": f"{zh} {firm} 号", "name_en": f"{en} {firm}"}
    return {
        "title": f"{product['name']}召回",
        "title_en": f"Recall of {product['name_en']}",
        "hazard": case.hazard,
        "products": [product | {"code": product["gtin"], "brand": f"牌 {firm}", "specification": "200 g"}],
        "producers": [{"name": f"示例企业 {firm}", "name_en": f"Example Works {firm}"}],
        "lines": [],
        "batches": [{"lot": f"L{case.id}-{lot}"} for lot in range(lots)],
        "batches_in_all": lots,
        "provinces": picked.sample(sorted(PROVINCES), 6),
    }


def _ask(filters: Filters, limit: int = 20, before: str | None = None) -> Callable[[Session], int]:
    return lambda session: find_recalls(session, filters, limit, before).hits


def _choices(session: Session) -> int:
    return len(find_choices(session).regions)


QUESTIONS: Mapping[str, Callable[[Session], int]] = {
    "home: the newest five": _ask(Filters(), 5),
    "list: the newest twenty": _ask(Filters()),
    "list: twenty in the middle": _ask(Filters(), 20, "2023-02500"),
    "what can be filtered by": _choices,
    "search: a word in many": _ask(Filters(text="酸奶")),
    "search: two words": _ask(Filters(text="yogurt works")),
    "search: one lot": _ask(Filters(text="L2400-77")),
    "search: found nowhere": _ask(Filters(text="no such thing")),
    "search: a bar code": _ask(Filters(text="09520000000776")),
    "filter: region": _ask(Filters(region="32")),
    "filter: firm": _ask(Filters(firm="示例企业 7")),
    "filter: product": _ask(Filters(product="09520000000776")),
    "filter: year, class, state, region": _ask(Filters(year=2022, recall_class=1, state="open", region="31")),
}


def _measure(database: Database, ask: Callable[[Session], int]) -> tuple[int, str, str]:
    taken = []
    hits = 0
    for _ in range(ROUNDS + 1):
        with database.public() as session:
            begun = time.perf_counter()
            hits = ask(session)
            taken.append((time.perf_counter() - begun) * 1000)
    warm = taken[1:]
    return hits, f"{min(warm):.1f}", f"{statistics.median(warm):.1f}"


if __name__ == "__main__":
    main()
