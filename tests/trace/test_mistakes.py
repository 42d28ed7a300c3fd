"""Mistakes in words: what operations really say of bad input is known in both languages, and says how to mend it."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from sqlalchemy.orm import Session

from trace.batches import register_batch
from trace.bodies import BatchIn, LocationIn, PartyIn, ProductIn, Shipment, Transformation
from trace.kit.auth import Principal
from trace.kit.contract import validate
from trace.kit.errors import FieldError, Problem
from trace.mistakes import say_mistake, say_problem

NOW = datetime(2026, 11, 22, tzinfo=UTC)

BODIES: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (
        BatchIn,
        {
            "commodity_code": "6901234567893",
            "lot": "批号1",
            "quantity": Decimal(-3),
            "uom": "箱子",
            "produced_on": "3月1日",
            "location": "123",
            "expires_on": "2026-02-30",
        },
    ),
    (BatchIn, {"commodity_code": "69012345678", "lot": "", "quantity": "abc", "location": 5}),
    (BatchIn, {"commodity_code": "２9012345678", "lot": "A" * 21, "quantity": Decimal("1" * 20), "extra": 3}),
    (PartyIn, {"name": "x", "uscc": "91320106MA1XXXXXX1", "contact": {"email": "no"}, "webhook": "ftp:"}),
    (PartyIn, {"name": "x", "uscc": "9132010"}),
    (PartyIn, {"name": "x"}),
    (LocationIn, {"name": " ", "kind": "shop", "region": "abc", "latitude": Decimal(100), "longitude": Decimal(1)}),
    (LocationIn, {"name": "x", "kind": "plant"}),
    (ProductIn, {"commodity_code": "2012345678903", "name": "y" * 3000}),
    (Shipment, {"from": "0000000000000", "to": "9520000000011", "lines": [], "shipped_at": "2026-01-01T08:00:00"}),
    (
        Shipment,
        {
            "from": "9520000000011",
            "to": "9520000000011",
            "shipped_at": "2026-01-01 3",
            "lines": [
                {"lot": "L"},
                {"sscc": "106141412345678908", "quantity": Decimal(3)},
                {"gtin": "1", "lot": "A B"},
            ],
        },
    ),
    (Transformation, {"location": "9520000000011"}),
]


@pytest.mark.parametrize(("model", "body"), BODIES)
def test_what_the_models_refuse_is_said_in_both_languages(model: type[BaseModel], body: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        validate(model, body)
    assert refused.value.errors
    for error in refused.value.errors:
        chinese = say_mistake(error, None, "zh")
        assert not re.search(r"Expected|Cannot|got |填写有误", chinese), (error, chinese)
        assert not re.search(r"RFC|URI|pattern|\bString\b", say_mistake(error, None, "en")), error


def test_a_wrong_check_digit_says_which_digit_and_where_to_look() -> None:
    error = FieldError("/commodity_code", "Cannot read '6901234567893' as GTIN: check digit should be 2, got 3.")
    assert say_mistake(error, None, "zh") == (
        "商品条码“6901234567893”有误：末位校验码应为 2，填的是 3。请对照包装或单据逐位核对。"
    )
    assert say_mistake(error, None, "en") == (
        "The GTIN 6901234567893 has a wrong digit: the last one should be 2, not 3. Compare it with the pack or paper."
    )


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_an_operation_refuses_is_said_in_chinese(session: Session) -> None:
    body = BatchIn(commodity_code="9520000000103", lot="L1", quantity=Decimal(1), location="9520000000011")
    with pytest.raises(Problem) as refused:
        register_batch(session, Principal("admin", None, 0, "test"), body, NOW)
    assert say_problem(refused.value, "zh") == "产品 09520000000103 尚未登记。请先登记产品，或对照包装核对条码。"


def test_what_is_not_known_says_what_belongs_there_and_what_came() -> None:
    error = FieldError("/lines/3/lot", "Something new.")
    said = say_mistake(error, "x", "zh")
    assert said.startswith("“批号”填写有误。包装上印的批号")
    assert "Something new" in said
    assert say_mistake(error, "x", "en") == "Something new."
    assert say_problem(Problem("Odd."), "zh") == "没有完成。（Odd）"


@given(st.text(max_size=200), st.text(max_size=20), st.sampled_from(["zh", "en"]))
def test_no_detail_breaks_the_words(detail: str, pointer: str, language: Any) -> None:
    for text in (
        detail,
        f"Cannot read '{detail}' as GTIN: check digit should be 1, got 2.",
        f"Expected a number, got {detail}.",
    ):
        assert isinstance(say_mistake(FieldError(pointer, text), detail, language), str)
        assert isinstance(say_problem(Problem(text), language), str)
