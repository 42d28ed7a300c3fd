"""What the desk says of a refusal, in the reader's language."""

from trace.kit.errors import Problem


def say_refused(problem: Problem) -> str:
    """A whole refusal in a sentence."""
    return problem.detail


def say_wrong(problem: Problem | None, pointer: str, value: object = None) -> str:
    """What is wrong at a field, empty where nothing is; `value` is what was typed there."""
    if problem is None:
        return ""
    found = [error for error in problem.errors if error.pointer == pointer]
    return " ".join(error.detail for error in found)
