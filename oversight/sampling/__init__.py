"""Sampling inspection: a plan, a draw that anybody can repeat, samples, results, objection and re-test."""
