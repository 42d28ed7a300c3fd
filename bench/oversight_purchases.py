"""Purchase checks in number: lists of the country, a county and a firm, and a firm's credit file, on both databases.

`python -m bench.oversight_purchases [--checks N]`. The best and the median of the operations, without HTTP.
"""

import argparse
import random
from collections.abc import Callable, Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import tables
from bench.databases import KINDS, servers
from bench.oversight_complaints import NOW, OFFICER, OPERATOR, add_goods, add_offices, measure
from oversight.models import PurchaseCheck
from oversight.purchases.filed import filed_checks
from oversight.purchases.reading import Wanted, list_checks, write_checks
from trace.kit.auth import Principal
from trace.kit.db import Database, insert_rows

PAGE = 51
FIRM = 3
"""The row of a firm like all others."""


def main(args: list[str] | None = None) -> None:
    """Fill both databases and show what each question takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks", type=int, default=200_000)
    parser.add_argument("--databases", nargs="+", default=list(KINDS), choices=KINDS)
    wanted = parser.parse_args(args)
    with servers(tuple(wanted.databases)) as made:
        for kind in wanted.databases:
            with made.new(kind) as database:
                fill(database, wanted.checks)
                rows = [(name, *measure(database, ask)) for name, ask in QUESTIONS.items()]
                title = f"{wanted.checks} purchase checks, {database.describe()}"
                tables.show(title, ("question", "rows", "best ms", "median ms"), rows)


def fill(database: Database, number: int) -> None:
    """Enter offices, firms and goods, and checks of them; one in twenty rejects, one in fifty was refused."""
    draw = random.Random(12)
    with database.write() as session:
        codes = add_offices(session)
        firms, products = add_goods(session)
        rows = [
            {"id": one, "at": NOW, "occasion": "refused" if one % 50 == 0 else "received", "event_id": one,
             "party_id": draw.choice(firms), "supplier_id": draw.choice(firms), "place_id": products[0],
             "region": draw.choice(codes[:-1]), "batch_id": draw.choice(products), "findings": "[]", "rules": 1,
             "outcome": "reject" if one % 20 == 0 else "hold" if one % 7 == 0 else "pass", "actor_name": "worker"}
            for one in range(1, number + 1)
        ]  # fmt: skip
        insert_rows(session, PurchaseCheck, rows)
    with database.write() as session:
        session.execute(text("ANALYZE"))


def _list(principal: Principal, wanted: Wanted) -> Callable[[Session], int]:
    return lambda session: len(write_checks(session, principal, list_checks(session, principal, wanted, None, PAGE)))


READERS = {"the country": OPERATOR, "a county": OFFICER, "a firm": Principal("company", FIRM, 8, "firm")}
WANTED = {"all": Wanted(), "not to be taken in": Wanted("reject"), "refused": Wanted(occasion="refused")}
QUESTIONS: Mapping[str, Callable[[Session], int]] = {
    **{f"{who}: {what}": _list(reader, wanted) for who, reader in READERS.items() for what, wanted in WANTED.items()},
    "of a firm's credit file": lambda session: len(filed_checks(session, FIRM, NOW)),
}


if __name__ == "__main__":
    main()
