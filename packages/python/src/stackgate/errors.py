"""Errors of the package. A denial is a value (`results.Denied`), unless a method can return none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .results import Denial
    from .types import Issue


class StackgateError(Exception):
    """A request without a result.

    The call can have been executed. Repeat it with `idempotency_key`, which has no second effect.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        issues: Sequence[Issue] = (),
    ) -> None:
        super().__init__(message)
        #: Code of the problem, for programs. The message is for people and can change.
        self.code = code
        #: HTTP status of the response. None if none arrived.
        self.status = status
        #: ID of the request in the log of the server.
        self.request_id = request_id
        #: Seconds after which the server accepts the request again.
        self.retry_after = retry_after
        #: Each problem of the input. Empty if the input is not the cause.
        self.issues = tuple(issues)
        #: Key of the call, also if the client made it. None for reads.
        self.idempotency_key: str | None = None
        #: Key of each event of `track`. Empty for other calls.
        self.idempotency_keys: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """Sentence for people."""
        return str(self)

    @property
    def is_temporary(self) -> bool:
        """Whether the same request can succeed later."""
        return self.code in ("NETWORK", "UNAVAILABLE", "TIMEOUT", "RATE_LIMITED")


class NetworkError(StackgateError):
    """No complete response arrived. The call can have been executed."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="NETWORK")


class DenialError(StackgateError):
    """A denied request of a method that returns no denials, for example a read beyond the limit of requests."""

    def __init__(self, denial: Denial, status: int | None) -> None:
        super().__init__(
            denial.message, code=denial.code, status=status, retry_after=denial.retry_after, issues=denial.issues
        )
        self.denial = denial


class WebhookError(Exception):
    """A request that is not a webhook of Stackgate. Respond with 400.

    `headers`: a header is missing or malformed. `timestamp`: it was sent more than five minutes ago or ahead; compare
    the clock of this machine. `signature`: no secret signed this body. `body`: the body is signed, but it is not an
    event.
    """

    def __init__(self, reason: Literal["headers", "timestamp", "signature", "body"], message: str) -> None:
        super().__init__(message)
        self.reason = reason
