"""The jobs that `flask worker` does for the regulator's desk."""

from flask import Flask

from oversight.credit.grades import follow_grades
from oversight.demonstration import show_oversight
from oversight.purchases.checking import follow_receipts
from oversight.warnings.watch import watch_goods
from oversight.withdrawals.following import follow_orders
from trace.kit.acts import add_act
from trace.kit.jobs import add_job


def register(app: Flask) -> None:
    """Add the jobs of this package to `app`."""
    add_job(app, follow_orders)
    add_job(app, follow_grades)
    add_job(app, follow_receipts)
    add_job(app, watch_goods)
    add_act(app, show_oversight)
