"""Links to pages of labels: a browser prints without a key what somebody with one has ordered, for an hour."""

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from trace.kit.errors import NotFound, Problem, TooLarge
from trace.labels.bodies import LabelsIn

PURPOSE = "page of labels"
"""What a signature is for: nothing else signed with the same secret opens such a page, nor the other way round."""

SECONDS = 3600

MOST_CHARACTERS = 3000
"""Of a token: the whole address has to be shorter than what servers take."""


class PageNotFound(NotFound):
    """No such page: its address is damaged, or not one of ours."""


class PageExpired(Problem):
    """The page could be opened for an hour."""

    status = 410


def make_token(secret: str, order: LabelsIn) -> str:
    """Return the token of an order that was checked before. Raises TooLarge (413) for one that no address holds."""
    token = str(_signer(secret).dumps(order.model_dump(mode="json", exclude_defaults=True)))
    if len(token) > MOST_CHARACTERS:
        raise TooLarge(
            "Expected an order that the address of a page can hold. Ask for format pdf, which has no such end."
        )
    return token


def read_token(secret: str, token: str) -> LabelsIn:
    """Return the order. Raises PageNotFound (404), PageExpired (410)."""
    try:
        return LabelsIn.model_validate(_signer(secret).loads(token, max_age=SECONDS))
    except SignatureExpired as error:
        raise PageExpired("This page could be opened for an hour. Order the labels again.") from error
    except BadData as error:
        raise PageNotFound("This address is not complete, or not one of ours.") from error


def _signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=PURPOSE)
