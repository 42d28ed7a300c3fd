"""`/api/v1`: the contract that every call of the record joins, and what the calls share."""

from trace.kit.auth import Principal
from trace.kit.contract import Call, Contract

WRITERS = frozenset({"company", "admin"})
READERS = frozenset({"company", "regulator", "admin"})
AUDITORS = frozenset({"auditor", "admin"})
"""Who reads what is on record of all calls."""

HISTORIANS = READERS | {"auditor"}
"""Who reads what was decided and done in a case: an auditor beside those who may read everything else too."""

api = Contract("api_v1", prefix="/api/v1")
"""The one contract of `/api/v1`; recalls declare their operations on it too."""


def principal_of(call: Call) -> Principal:
    """Who calls an operation that is declared with roles."""
    if call.principal is None:
        raise RuntimeError("expected an operation with roles, got a call without a key")
    return call.principal
