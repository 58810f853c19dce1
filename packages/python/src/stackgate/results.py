"""Results of calls. The types of their values are in `stackgate.types`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from .types import DeniedQuantity, Issue, Remedy

Value = TypeVar("Value")


@dataclass(frozen=True)
class Denial:
    """An expected refusal."""

    #: Code, for programs.
    code: str
    #: Sentence for people.
    message: str
    #: Steps that would lift the denial, cheapest first.
    remedies: tuple[Remedy, ...] = ()
    #: Limit, use and request. None for denials that are not about an amount.
    quantity: DeniedQuantity | None = None
    #: Seconds after which the request is accepted again. None if a purchase is needed.
    retry_after: float | None = None
    #: Each problem of the input.
    issues: tuple[Issue, ...] = ()
    #: The denial as the server sent it, for example to respond with it.
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Done(Generic[Value]):
    """A call that was executed."""

    value: Value
    #: Key of the call, also if the client made it. None for calls without one.
    idempotency_key: str | None = None
    ok: Literal[True] = True

    def __bool__(self) -> Literal[True]:
        return True


@dataclass(frozen=True)
class Denied:
    """A call that was denied. Nothing was used."""

    denial: Denial
    idempotency_key: str | None = None
    ok: Literal[False] = False

    def __bool__(self) -> Literal[False]:
        return False


#: Outcome of a call. Its truth discriminates for every checker of types, `ok` for mypy.
Result = Done[Value] | Denied


@dataclass(frozen=True)
class Decision(Generic[Value]):
    """Result of a check. It is true if the check allowed."""

    allowed: bool
    #: None if allowed, or if the server did not decide.
    denial: Denial | None
    #: The whole response.
    value: Value
    #: `policy`: the server or its database was unavailable, and `on_unavailable` or the policy of the catalog decided.
    decided_by: Literal["server", "policy"] = "server"

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class RejectedEvent:
    """An event that was not recorded."""

    #: Position in the list, from 0.
    index: int
    code: str
    message: str


@dataclass(frozen=True)
class RecordedUsage:
    """Outcome of `track`, per event."""

    #: Number of events that were recorded now.
    accepted: int
    #: Number of events that had been recorded before.
    duplicates: int
    rejected: tuple[RejectedEvent, ...]
    #: Key of each event, also if the client made it.
    keys: tuple[str, ...]
