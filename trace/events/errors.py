"""What EPCIS says went wrong: the exceptions of EPCIS 2.0 §8.2.9 as problems with the type the standard names."""

from trace.kit.errors import BadRequest, Conflict, NotFound, Problem, TooLarge


class ValidationException(BadRequest):
    """The body is not what the operation takes."""

    type = "epcisException:ValidationException"


class QueryParameterException(BadRequest):
    """A query has an unknown parameter, or one with a value that it cannot have."""

    type = "epcisException:QueryParameterException"


class QueryValidationException(BadRequest):
    """The definition of a named query cannot be read."""

    type = "epcisException:QueryValidationException"


class SubscriptionControlsException(BadRequest):
    """A subscription has no or contradicting controls: exactly one of `stream` and `schedule` is expected."""

    type = "epcisException:SubscriptionControlsException"


class NoSuchNameException(NotFound):
    """There is no named query or subscription of this name, or it is another's."""

    type = "epcisException:NoSuchNameException"


class NoSuchResourceException(NotFound):
    """There is no such resource, or none that this key may see."""

    type = "epcisException:NoSuchResourceException"


class ResourceAlreadyExistsException(Conflict):
    """An event, or a named query, is there already under this ID or name."""

    type = "epcisException:ResourceAlreadyExistsException"


class QueryTooLargeException(TooLarge):
    """The result has more events than `maxEventCount` allows."""

    type = "epcisException:QueryTooLargeException"


class CaptureLimitExceededException(TooLarge):
    """The document has too many bytes or events."""

    type = "epcisException:CaptureLimitExceededException"


class NotAcceptableException(Problem):
    """No representation or version that the client accepts can be made."""

    status = 406
    type = "epcisException:NotAcceptableException"


class NotImplementedException(Problem):
    """The standard has it, this service does not."""

    status = 501
    type = "epcisException:ImplementationException"
