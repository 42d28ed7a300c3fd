"""Problems below `/api/v1`: RFC 9457, in English for programs and, beside each sentence, in Chinese for people."""

from flask import Flask, Response

from trace.kit import strict_json
from trace.kit.errors import PROBLEM_JSON, Problem, set_problem_writer
from trace.mistakes import say_mistake, say_problem


def write_problem(problem: Problem) -> Response:
    """The answer for a problem; `detail_zh` says the same as the page of somebody who reads Chinese would."""
    members = problem.as_dict()
    if problem.detail or problem.errors:
        members["detail_zh"] = say_problem(problem, "zh")
    for written, error in zip(members.get("errors", ()), problem.errors, strict=False):
        written["detail_zh"] = say_mistake(error, None, "zh")
    return Response(strict_json.dumps(members), content_type=PROBLEM_JSON)


def register(app: Flask, prefix: str) -> None:
    """Answer the problems below `prefix` so."""
    set_problem_writer(app, prefix, write_problem)
