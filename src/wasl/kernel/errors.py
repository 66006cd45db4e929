"""The kinds of failure Wasl knows: a code and parameters, never prose. Words are the interface's."""

from __future__ import annotations

from typing import ClassVar


class WaslError(Exception):
    """
    A failure somebody can be told about, as a stable code with parameters.

    Raise one of the kinds below, never this class: the kind decides the HTTP status and the
    exit code, the code decides the words (`list.unreadable`), the parameters fill them.
    """

    http: ClassVar[int] = 500
    exit_code: ClassVar[int] = 70

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: dict[str, object] = params

    def __str__(self) -> str:
        if not self.params:
            return self.code
        return f"{self.code} {self.params}"

    def __reduce__(self) -> tuple[object, ...]:
        """Survive a process pool: exceptions are pickled by their positional arguments alone."""
        return (_rebuild, (type(self), self.code, self.params))


def _rebuild(kind: type[WaslError], code: str, params: dict[str, object]) -> WaslError:
    return kind(code, **params)


class InvalidInput(WaslError):
    """What was handed in cannot be read or is not allowed by its form."""

    http = 400
    exit_code = 2


class NotFound(WaslError):
    """It does not exist, or not for this viewer: the two are never told apart."""

    http = 404
    exit_code = 3


class NotAllowed(WaslError):
    """This viewer's role may not do this."""

    http = 403
    exit_code = 4


class Conflict(WaslError):
    """Somebody else changed or holds it; the same request may succeed later or with other facts."""

    http = 409
    exit_code = 5


class RuleRefused(WaslError):
    """A rule of the domain says no; trying again will not help."""

    http = 422
    exit_code = 6


class Unavailable(WaslError):
    """Something needed is not there just now; try again later."""

    http = 503
    exit_code = 75


class InvariantBroken(WaslError):
    """The data contradict what the product guarantees: stop rather than go on."""

    http = 500
    exit_code = 70


ERROR_KINDS: tuple[type[WaslError], ...] = (
    InvalidInput,
    NotFound,
    NotAllowed,
    Conflict,
    RuleRefused,
    Unavailable,
    InvariantBroken,
)
