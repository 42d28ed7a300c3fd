"""RULES 9, line by line: where a naive walk is wrong there is a test with a name, and this list says which.

A line may need several: what is named (`certain`, `derived`) and what is only `possible` are followed by other rules.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

NAMED: dict[str, dict[str, tuple[str, ...]]] = {
    "shipped out before the affected goods came in": {
        "trace/test_rules.py": ("what_was_shipped_before_the_batch_came_in_is_affected_only_by_name",),
        "trace/mixing/test_worked_by_hand.py": ("what_left_before_the_affected_goods_came_in_is_not_possible",),
        "trace/mixing/test_reach.py": ("what_left_before_the_goods_came_is_not_possible_but_the_same_day_is",),
    },
    "same-day in and out (include)": {
        "trace/test_rules.py": ("goods_that_come_in_and_leave_on_the_same_day_are_followed",),
        "trace/mixing/test_worked_by_hand.py": ("what_left_on_the_same_day_is_possible",),
        "trace/sources/test_ways.py": ("a_mixing_place_lets_go_what_came_the_same_day_or_at_an_unknown_time",),
    },
    "missing date (include, say so)": {
        "recalls/test_cases.py": ("a_date_that_nobody_recorded_is_said",),
        "recalls/test_scope.py": ("production_dates_decide_and_an_unknown_one_counts_as_covered",),
        "trace/mixing/test_worked_by_hand.py": ("an_unknown_date_counts_as_possible",),
        "trace/mixing/test_missing_dates.py": ("what_may_have_left_later_or_come_earlier_is_possible",),
        "trace/fcl/test_import.py": ("dates_that_are_no_day_prune_only_what_they_exclude",),
    },
    "explicit batch with impossible dates (keep, finding)": {
        "trace/test_rules.py": ("a_named_batch_is_kept_whatever_its_dates_and_they_are_a_finding",),
        "trace/mixing/test_worked_by_hand.py": ("a_named_batch_keeps_its_units_whatever_its_dates",),
        "trace/mixing/test_reach.py": ("impossible_dates_prune_nothing_that_is_named",),
    },
    "a return makes a cycle": {
        "trace/test_rules.py": (
            "a_return_makes_a_cycle_and_the_place_stays_in_the_list",
            "rework_makes_a_cycle_between_batches_and_the_walk_ends",
        ),
        "trace/sources/test_search.py": ("goods_that_went_in_a_circle_are_found_once",),
    },
    "three hops counted three times": {
        "trace/test_rules.py": ("units_that_pass_three_hands_are_counted_once",),
        "trace/test_tally_cases.py": ("a_ledger_gives_the_figures_worked_out_by_hand",),
        "trace/fcl/test_import.py": ("the_tea_is_six_tonnes_however_often_it_changed_hands",),
    },
    "two routes into one outlet (one outlet, receipts added)": {
        "trace/test_rules.py": (
            "two_routes_into_one_outlet_are_one_outlet_with_receipts_added",
            "parallel_shipments_are_added_up_on_one_edge",
        ),
    },
    "short and over receipt": {
        "trace/test_rules.py": (
            "what_a_short_receipt_leaves_stays_in_transit_until_a_loss_is_recorded",
            "an_over_receipt_stands_and_is_a_finding",
        ),
    },
    "in transit at t (the consignee is listed)": {
        "trace/test_rules.py": ("the_consignee_of_goods_on_the_road_is_listed",),
        "trace/mixing/test_worked_by_hand.py": ("goods_on_the_road_have_reached_the_place_that_they_go_to",),
    },
    "transformation (the derived batch whole; not the factory's other batches)": {
        "trace/test_rules.py": (
            "a_transformation_takes_the_derived_batch_whole_and_not_the_factorys_others",
            "events_of_one_transformation_are_one_in_whatever_order_they_come",
        ),
        "trace/mixing/test_reach.py": ("what_was_made_of_goods_that_may_be_in_scope_is_possible_as_a_whole",),
    },
    "sold, then returned by the consumer": {
        "trace/test_rules.py": ("what_a_consumer_brings_back_is_not_sold_any_more",),
        "trace/mixing/test_worked_by_hand.py": ("what_consumers_bring_back_was_sold_somewhere",),
    },
    "more counted back than made": {
        "trace/test_rules.py": ("more_counted_back_than_was_made_is_shown_and_never_clamped",),
        "trace/mixing/test_worked_by_hand.py": ("units_that_no_record_explains_are_told",),
    },
    "same lot text at two producers": {
        "trace/test_rules.py": ("the_same_lot_text_of_two_producers_is_two_batches",),
        "trace/mixing/test_reach.py": ("lots_of_another_product_stay_what_they_are_where_one_product_is_mixed",),
    },
    "mixed units of measure": {
        "trace/test_rules.py": ("different_units_of_measure_are_never_added",),
        "recalls/test_cases.py": ("units_of_different_measures_are_never_added",),
        "trace/mixing/test_reach.py": ("units_of_measure_are_mixed_apart_and_fractions_are_exact",),
    },
    "scope extended later (an old report stays reproducible as of its time)": {
        "recalls/test_cases.py": (
            "an_extension_leaves_the_old_report_as_it_was",
            "a_batch_added_later_was_not_held_before",
        ),
        "recalls/test_as_of.py": ("what_was_answered_for_a_moment_is_answered_for_it_ever_after",),
        "trace/test_rules.py": ("a_past_moment_reads_the_same_after_later_events",),
    },
    "a recalled batch shipped after the order (traced, and a violation)": {
        "recalls/test_cases.py": ("goods_shipped_or_sold_under_a_hold_are_traced_and_reported",),
    },
    "place renamed or merged": {
        "recalls/test_places_that_change.py": (
            "a_place_that_changes_its_name_is_the_same_place",
            "a_place_that_a_firm_registers_later_is_the_same_place",
            "the_goods_of_a_place_that_another_takes_over_are_found_at_both",
            "every_spelling_of_a_place_is_one_place",
        ),
    },
    "error declarations (counting them doubles shipments in real data)": {
        "trace/test_rules.py": ("an_event_declared_in_error_does_not_double_the_shipment",),
        "trace/test_gdst.py": ("every_shipment_counts_once_although_each_is_written_twice",),
    },
    "duplicate message": {
        "trace/test_rules.py": ("a_duplicate_message_counts_once",),
        "trace/test_properties.py": ("capturing_twice_changes_nothing",),
    },
    "self-shipment": {
        "trace/test_rules.py": ("a_shipment_from_a_place_to_itself_moves_nothing",),
    },
    "fan-out of thousands": {
        "trace/test_rules.py": ("a_fan_out_of_thousands_lists_every_outlet",),
    },
    # RULES 7, where names fail
    "goods without a lot make a place possible, never certain": {
        "trace/mixing/test_reach.py": (
            "goods_that_moved_on_without_a_lot_may_be_of_any_lot_that_was_there",
            "a_chain_of_places_without_lots_is_followed_to_its_end",
            "a_place_that_mixes_lots_taints_the_lots_that_leave_it",
        ),
        "trace/mixing/test_store_truth.py": ("the_truth_lies_within_what_the_trace_says",),
    },
    "lower, expected and upper units; totals over branches are no sums": {
        "trace/mixing/test_worked_by_hand.py": (
            "the_bounds_of_mixed_lots_are_those_worked_out_by_hand",
            "one_pool_follows_the_formula_of_the_rules",
            "totals_over_branches_are_not_the_sums_of_their_bounds",
            "a_chain_of_mixing_places_needs_the_whole_chain",
            "a_reach_without_known_units_has_no_upper_limit",
        ),
        "trace/mixing/test_bounds.py": ("bounds_equal_enumeration_on_small_networks",),
        "trace/mixing/test_larger_networks.py": ("bounds_are_those_of_the_linear_programme",),
        "trace/mixing/test_simulated_truth.py": ("the_truth_lies_within_the_bounds",),
    },
}
"""Line of the rules → file below `tests/` → the tests in it, without their ``test_``."""


@cache
def functions_of(file: str) -> dict[str, ast.FunctionDef]:
    """The test functions that a file defines."""
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("line", NAMED)
def test_every_line_of_the_rules_is_a_test(line: str) -> None:
    for file, names in NAMED[line].items():
        for name in names:
            test = functions_of(file).get(f"test_{name}")
            assert test is not None, f"{file} has no test_{name}"
            marks = [ast.unparse(mark) for mark in test.decorator_list]
            assert not [mark for mark in marks if mark.startswith(("pytest.mark.xfail", "pytest.mark.campaign"))]
