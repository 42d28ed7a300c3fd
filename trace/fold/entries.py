"""The kinds of posting, and which accounts each one moves units between (double entry).

Units are kept like money. A posting takes an amount of one batch, in one unit of measure, off one account and puts it
on another, so what was made is always the sum of where it is. Rows whose two accounts are ``None`` are *notes*: they
record that an event named a place or repeated what is already counted, and move nothing.
"""

from enum import Enum, IntEnum
from typing import NamedTuple


class Account(Enum):
    """Where units can be."""

    MADE = "produced"  # the origin: its balance is minus what was made
    ON_HAND = "on_hand"
    IN_TRANSIT = "in_transit"
    SOLD = "sold"
    CONSUMED = "consumed"
    DESTROYED = "destroyed"
    LOST = "lost"
    UNRECORDED = "unaccounted"  # units that turned up, or went, without a record of it


class Entry(IntEnum):
    """What a posting records. The numbers are stored; never reuse one."""

    MADE = 1
    YIELDED = 2  # made by a transformation
    SHIPPED = 3
    RECEIVED = 4
    OVER_RECEIVED = 5  # RULES 16: more than was shipped; the physical count stands
    NOT_SHIPPED = 6  # RULES 16: a receipt for which nobody recorded a shipment
    RECEIVED_UNKNOWN = 7  # a known count received on a line whose shipped quantity is unknown
    SETTLED = 8  # a shipment dated after its own receipt: takes it off the road again
    VOIDED = 9
    LOST_IN_TRANSIT = 10
    DIVERTED_OUT = 11  # a named instance arrived elsewhere than it was sent to: off the line …
    DIVERTED_IN = 12  # … and on the line to where it arrived
    SOLD = 13
    RETURNED = 14  # by a consumer
    CONSUMED = 15
    DESTROYED = 16
    LOST = 17
    SELF_SHIPPED = 20
    COUNTED = 21
    REPEATED = 22  # RULES 14: departing after shipping, accepting after receiving
    NOTHING_TO_VOID = 23
    NOTHING_TO_LOSE = 24
    SEEN = 25  # packed, stored, inspected …: the goods were at this place (RULES, evidence "certain")
    RECONCILED = 26  # the receipt that a later dated shipment settles
    NAMED = 27  # a place that a movement names although its units are counted between others (RULES, "certain")


class End(Enum):
    """Which end of the posting's (from, to) an account belongs to."""

    FROM = "from"
    TO = "to"
    BETWEEN = "between"
    NOWHERE = "nowhere"


class Accounts(NamedTuple):
    """The account that is debited (units leave it) and the one that is credited."""

    debit: Account
    debit_end: End
    credit: Account
    credit_end: End


_MADE = Accounts(Account.MADE, End.NOWHERE, Account.ON_HAND, End.TO)
_APPEARED = Accounts(Account.UNRECORDED, End.NOWHERE, Account.ON_HAND, End.TO)


def _leaves_stock_for(account: Account) -> Accounts:
    return Accounts(Account.ON_HAND, End.FROM, account, End.NOWHERE)


ACCOUNTS: dict[Entry, Accounts] = {
    Entry.MADE: _MADE,
    Entry.YIELDED: _MADE,
    Entry.SHIPPED: Accounts(Account.ON_HAND, End.FROM, Account.IN_TRANSIT, End.BETWEEN),
    Entry.RECEIVED: Accounts(Account.IN_TRANSIT, End.BETWEEN, Account.ON_HAND, End.TO),
    Entry.OVER_RECEIVED: _APPEARED,
    Entry.NOT_SHIPPED: _APPEARED,
    Entry.RECEIVED_UNKNOWN: _APPEARED,
    Entry.SETTLED: Accounts(Account.IN_TRANSIT, End.BETWEEN, Account.UNRECORDED, End.NOWHERE),
    Entry.VOIDED: Accounts(Account.IN_TRANSIT, End.BETWEEN, Account.ON_HAND, End.FROM),
    Entry.LOST_IN_TRANSIT: Accounts(Account.IN_TRANSIT, End.BETWEEN, Account.LOST, End.NOWHERE),
    # the pair below moves units from one road to another; each half balances against UNRECORDED at the same instant
    Entry.DIVERTED_OUT: Accounts(Account.IN_TRANSIT, End.BETWEEN, Account.UNRECORDED, End.NOWHERE),
    Entry.DIVERTED_IN: Accounts(Account.UNRECORDED, End.NOWHERE, Account.IN_TRANSIT, End.BETWEEN),
    Entry.SOLD: _leaves_stock_for(Account.SOLD),
    Entry.RETURNED: Accounts(Account.SOLD, End.NOWHERE, Account.ON_HAND, End.TO),
    Entry.CONSUMED: _leaves_stock_for(Account.CONSUMED),
    Entry.DESTROYED: _leaves_stock_for(Account.DESTROYED),
    Entry.LOST: _leaves_stock_for(Account.LOST),
}

OPENERS = frozenset({Entry.SHIPPED, Entry.NOT_SHIPPED, Entry.OVER_RECEIVED})
"""Postings that later ones may close: goods on the road, and receipts that wait for a shipment dated after them."""

MOVEMENT_ENTRIES = frozenset(
    {
        Entry.SHIPPED,
        Entry.RECEIVED,
        Entry.OVER_RECEIVED,
        Entry.NOT_SHIPPED,
        Entry.RECEIVED_UNKNOWN,
        Entry.SETTLED,
        Entry.VOIDED,
        Entry.LOST_IN_TRANSIT,
        Entry.DIVERTED_OUT,
        Entry.DIVERTED_IN,
        Entry.SELF_SHIPPED,
        Entry.REPEATED,
        Entry.NOTHING_TO_VOID,
        Entry.NOTHING_TO_LOSE,
        Entry.RECONCILED,
        Entry.NAMED,
    }
)
"""What matching writes; everything else comes from one event alone."""

SHIPPED_SIGNS: dict[Entry, int] = {
    Entry.SHIPPED: 1,
    Entry.VOIDED: -1,
    Entry.DIVERTED_OUT: -1,
    Entry.DIVERTED_IN: 1,
}
"""How each entry counts in the ``shipped`` figure of a movement."""

RECEIPTS = frozenset({Entry.RECEIVED, Entry.OVER_RECEIVED, Entry.NOT_SHIPPED, Entry.RECEIVED_UNKNOWN})
"""Entries that count in the ``received`` figure of a movement and of a place."""
