"""Words that make a danger look smaller, and others that only look like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalls.publication.softening import find_softening


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("本公司自愿召回", "自愿"),
        ("公司主动召回该产品", "主动召回"),
        ("为以防万一", "以防万一"),
        ("预防性召回", "预防性"),
        ("出于谨慎考虑", "出于谨慎"),
        ("仅极少数产品", "极少"),
        ("罕见情况下", "罕见"),
        ("个别批次存在问题", "个别"),
        ("截至目前尚未收到因食用该产品导致的不良反应报告", "尚未收到因食用该产品导致的不良反应"),
        ("尚无人员伤亡", "尚无人员伤亡"),
        ("未发现消费者受伤", "未发现消费者受伤"),
        ("没有发生任何事故", "没有发生任何事故"),
        ("无任何伤害报告", "无任何伤害"),
        ("自 愿召回", "自 愿"),
        ("自\u200b愿召回", "自\u200b愿"),
        ("a Voluntary recall", "Voluntary"),
        ("ｖｏｌｕｎｔａｒｙ", "ｖｏｌｕｎｔａｒｙ"),
        ("as a precaution", "as a precaution"),
        ("a precautionary measure", "precautionary"),
        ("out of an\nabundance of caution", "out of an\nabundance of caution"),
        ("in rare cases", "rare"),
        ("this rarely occurs", "rarely"),
        ("an isolated incident", "isolated incident"),
        ("No injuries have been reported", "No injuries"),
        ("no known accidents", "no known accidents"),
        ("no reported illnesses to date", "no reported illnesses"),
        ("We have not received any reports of injuries", "not received any reports of injuries"),
    ],
)
def test_a_softening_word_is_found_where_it_stands(text: str, word: str) -> None:
    (found,) = find_softening(text)
    assert (found.word, found.at) == (word, text.index(word) + 1)


@pytest.mark.parametrize(
    "text",
    [
        "消费者可自愿选择退货或换货",
        "未煮熟食用可能造成中毒",
        "没有护栏会导致伤害",
        "未发现破损的包装也可能造成伤害",
        "没有批号的产品可能导致中毒",
        "无需小票即可退款",
        "极少量即可致敏",
        "罕见病患者请咨询医生",
        "个别包装上没有批号",
        "medium rare steaks and rarely cooked meat",
        "rare earth magnets",
        "isolated soy protein, soy protein isolate",
        "take precautions when handling",
        "involuntary movement of the blade",
        "no safe level is known",
        "do not use without protection; injuries can follow",
        "",
    ],
)
def test_a_word_that_only_looks_like_one_is_left_alone(text: str) -> None:
    assert find_softening(text) == []


def test_the_name_of_a_firm_describes_no_danger() -> None:
    assert find_softening("自愿乳业有限公司召回酸奶", ["自愿乳业有限公司"]) == []
    (found,) = find_softening("自愿乳业有限公司自愿召回酸奶", ["自愿乳业有限公司", ""])
    assert found.at == 9


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_stands_around_it_hides_nothing(before: str, after: str) -> None:
    text = f"{before}。自愿召回。{after}"
    found = [text[one.at - 1 : one.at - 1 + len(one.word)] == one.word for one in find_softening(text)]
    assert found
    assert all(found)
