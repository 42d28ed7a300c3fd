"""docs/findings.md lists every rule that the code knows, with its severity; and no other."""

import re

import recalls.findings
import recalls.responses.findings
from trace.finding_words import RULES, say
from trace.kit.config import ROOT

ROW = re.compile(r"^\| `([a-z_]+)` \| (info|warning|error) \|", re.MULTILINE)
BLANK = re.compile(r"\{([a-z]+)\}")


def test_the_document_and_the_code_know_the_same_rules() -> None:
    listed = ROW.findall((ROOT / "docs" / "findings.md").read_text("utf-8"))
    known = {**RULES, **recalls.findings.RULES, **recalls.responses.findings.RULES}
    assert dict(listed) == {name: rule.severity for name, rule in known.items()}
    assert len(listed) == len(known)


def test_both_languages_say_the_same_values() -> None:
    for name, rule in RULES.items():
        for variant, (english, chinese) in rule.sentences.items():
            blanks = set(BLANK.findall(english))
            assert blanks == set(BLANK.findall(chinese)), name
            _, first, second = say(name, variant, dict.fromkeys(blanks, "42"))
            assert "{" not in first + second
