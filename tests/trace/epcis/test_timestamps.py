"""Times: what is read, and how the event hash writes them."""

import pytest

from trace.epcis.timestamps import hash_timestamp, read_timestamp


def test_times_round_half_up_for_the_hash_and_are_cut_for_the_event() -> None:
    assert hash_timestamp("2023-02-02T11:04:03.1415Z") == "2023-02-02T11:04:03.142Z"
    assert hash_timestamp("2023-02-02T11:04:03.1414999Z") == "2023-02-02T11:04:03.141Z"
    assert hash_timestamp("2023-12-31T23:59:59.9995-01:00") == "2024-01-01T01:00:00.000Z"
    assert hash_timestamp("yesterday") == "yesterday"
    assert read_timestamp("2023-02-02t11:04:03.1234569z").microsecond == 123456
    with pytest.raises(ValueError, match="that exists"):
        read_timestamp("0001-01-01T00:00:00+14:00")
