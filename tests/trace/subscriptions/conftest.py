"""Two firms with a named query, a receiver on the loopback and a clock that tests turn."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.kit.receiver import Receiver, running_receiver
from tests.trace.subscriptions.desk import Clock, name_query
from tests.trace.web.firms import Firms, make_firms


@pytest.fixture
def firms(app: Flask) -> Firms:
    firms = make_firms(app)
    name_query(firms.dairy)
    return firms


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture
def clock() -> Clock:
    return Clock.ahead()
