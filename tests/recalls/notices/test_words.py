"""What a notice says, in both languages."""

from datetime import timedelta

import pytest

from recalls.notices.channels.webhook import write_body
from recalls.notices.letter import Unanswered
from recalls.notices.policy import KINDS
from recalls.notices.words import MOST_LINES, SUBJECT_LENGTH, chinese, english, short, subject
from tests.recalls.notices.letters import FIRST, GOODS, letter


def test_a_notification_says_everything_in_chinese() -> None:
    text = chinese(letter())
    assert text.heading == "产品召回通知"
    for said in (
        "致：东城超市",
        "2026-0001（一级）",
        "GTIN 09521234500011; LOT L1; SN 100 – 200",
        "危害：检出李斯特菌",
        "停止销售和发货",
        "已向其供货的客户",
        "请退回供货商。",
        "处理方式：退款、按比例补偿",
        "截至 2026年3月1日 16:00（北京时间）",
        "东城店 | 岭南 草莓酸奶 200 g | 批次 L1 | 收到 25，在库 12.5，在途 0",
        "https://suyuan.example/answer/AbC.dEf",
        "岭南乳业，020-5555 0100，recall@dairy.example",
    ):
        assert said in text.body, said


def test_a_notification_says_the_same_in_english() -> None:
    text = english(letter())
    assert text.heading == "Recall notice"
    for said in (
        "To: Dongcheng Supermarkets",
        "2026-0001 (class 1)",
        "Hazard: Listeria was found",
        "3. 请退回供货商。",  # nobody said it in English: better said in Chinese than not
        "Stop selling and shipping",
        "Tell the customers",
        "Remedy: refund, 按比例补偿",
        "as of 1 Mar 2026, 16:00 (Beijing time)",
        "Dongcheng shop | Lingnan strawberry yogurt 200 g | lot L1 | received 25, on hand 12.5, under way 0",
        "https://suyuan.example/answer/AbC.dEf",
    ):
        assert said in text.body, said


def test_a_repeat_is_called_one_wherever_it_is_read() -> None:
    again = letter(repeat=2, first_at=FIRST)
    assert "第 2 次重发，首次发出时间：2026年3月1日 16:00（北京时间）" in chinese(again).body
    assert "repeat no. 2 of a message first sent on 1 Mar 2026, 16:00 (Beijing time)" in english(again).body
    assert "第2次重发 repeat 2" in subject(again)
    assert "第2次重发 repeat 2" in short(again)
    assert "重发" not in subject(letter()) + chinese(letter()).body + short(letter())


def test_a_drill_begins_with_the_word_everywhere() -> None:
    drill = letter({"drill": True, "page": None})
    for said in (subject(drill), short(drill), chinese(drill).heading, english(drill).heading):
        assert said.startswith("【演习 DRILL】")
    case = write_body(drill)["case"]
    assert case["drill"]
    assert case["title"].startswith("【演习 DRILL】")
    assert case["title_en"].startswith("【演习 DRILL】")


def test_the_subject_is_one_line_whatever_the_title_holds() -> None:
    line = subject(letter({"title": "一\r\nBcc: all@example.com\n二" + "长" * 500}))
    assert "\n" not in line
    assert "\r" not in line
    assert len(line) <= SUBJECT_LENGTH


def test_a_long_list_is_cut_and_says_how_much_is_missing() -> None:
    body = chinese(letter(goods=(GOODS,) * (MOST_LINES + 7))).body
    assert body.count("东城店") == MOST_LINES
    assert "另有 7 行" in body


def test_an_addition_names_itself_and_why_it_comes() -> None:
    added = letter(cause="extended", adds=True)
    assert "补充以下产品" in chinese(added).body
    assert "scope of the recall was extended" in english(added).body


def test_what_a_firm_passes_on_names_it_and_its_note() -> None:
    passed = letter(kind="sub_recall", cause="passed_on", passed_on_by="北方批发", words="请联系王经理")
    assert "由北方批发转告。" in chinese(passed).body
    assert "附言：请联系王经理" in chinese(passed).body
    assert "Passed on by 北方批发." in english(passed).body


def test_what_is_passed_on_to_who_knows_says_so_without_promising_other_goods() -> None:
    passed = letter(kind="sub_recall", cause="passed_on", adds=True)
    assert "此前已就本次召回通知过贵方。" in chinese(passed).body
    assert "written to about this recall before." in english(passed).body


def test_a_list_for_the_authority_names_everybody_with_the_reason() -> None:
    names = (Unanswered("东城超市", "not_acknowledged", "010-1", FIRST), Unanswered("某地", "no_firm", None, FIRST))
    told = letter(kind="escalation", goods=(), unanswered=names, unanswered_count=5)
    assert "下列 5 个收件方" in chinese(told).body
    assert "- 东城超市 | 010-1 | 未确认收悉 |" in chinese(told).body
    assert "no firm is registered for the place" in english(told).body
    assert "and 3 more; open" in english(told).body


def test_a_withdrawal_is_not_called_a_recall_in_its_heading() -> None:
    withdrawn = letter({"kind": "withdrawal"})
    assert (chinese(withdrawn).heading, english(withdrawn).heading) == ("产品撤回通知", "Product withdrawal notice")
    assert chinese(letter({"kind": "withdrawal"}, kind="closeout")).heading == "召回结束"


def test_an_end_never_sounds_like_a_release_for_sale() -> None:
    assert "不得销售" in chinese(letter(kind="closeout", cause="terminated", goods=())).body
    assert subject(letter(kind="closeout", cause="cancelled")).count("召回取消") == 1
    assert "请勿恢复销售" in short(letter(kind="closeout", cause="terminated", goods=()))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_and_ends_with_a_way_to_ask(kind: str) -> None:
    one = letter(kind=kind, repeat=1, first_at=FIRST + timedelta(hours=1), words="说明")
    for text in (chinese(one), english(one)):
        assert text.heading
        assert "岭南乳业" in text.body
        assert "说明" in text.body
