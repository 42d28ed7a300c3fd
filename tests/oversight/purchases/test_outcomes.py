"""What follows from findings: the gravest, whatever their order."""

from hypothesis import given
from hypothesis import strategies as st

from oversight.purchases.outcomes import OUTCOMES, WORDS, Outcome, Word, outcome_of

rules = st.fixed_dictionaries({}, optional=dict.fromkeys(WORDS, st.sampled_from(OUTCOMES)))
words = st.lists(st.sampled_from(WORDS), max_size=8)


def test_nothing_found_passes_and_what_has_no_rule_too() -> None:
    assert outcome_of([], {"batch_held": "reject"}) == "pass"
    assert outcome_of(["no_test_report"], {"batch_held": "reject"}) == "pass"


@given(words, rules)
def test_the_gravest_finding_decides(found: list[Word], table: dict[Word, Outcome]) -> None:
    outcome = outcome_of(found, table)
    assert outcome == outcome_of(reversed(found), table)
    assert all(OUTCOMES.index(outcome_of([word], table)) <= OUTCOMES.index(outcome) for word in found)
    assert not found or outcome in {outcome_of([word], table) for word in found}
