"""What the desk says of a refusal, in the reader's language."""

from trace.kit.errors import Problem
from trace.kit.i18n import current_language
from trace.mistakes import say_mistake, say_problem
from trace.unit_words import say_unit as say_unit_in


def say_refused(problem: Problem) -> str:
    """A whole refusal in a sentence."""
    return say_problem(problem, current_language())


def say_wrong(problem: Problem | None, pointer: str, value: object = None) -> str:
    """What is wrong at a field, empty where nothing is; `value` is what was typed there."""
    if problem is None:
        return ""
    found = [error for error in problem.errors if error.pointer == pointer]
    return " ".join(say_mistake(error, value, current_language()) for error in found)


def say_unit(uom: str | None) -> str:
    """A unit of measure in words; none is pieces."""
    return say_unit_in(uom, current_language())
