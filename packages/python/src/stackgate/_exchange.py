"""Requests and repetitions without a network: both clients send what these generators ask for."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal, TypeVar, cast
from urllib.parse import urlsplit

from ._accounts import text_id
from ._unset import UNSET
from .errors import DenialError, NetworkError, StackgateError
from .results import Decision, Denial, Denied, Done, Result

Value = TypeVar("Value")

#: Decision on a check while the server is unavailable.
Policy = Literal["deny", "allow"]
UnavailablePolicy = Policy | Callable[[str], Policy] | None

#: Codes of statuses that proxies respond with.
CODES: Mapping[int, str] = {
    401: "UNAUTHENTICATED",
    413: "BODY_TOO_LARGE",
    429: "RATE_LIMITED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "UNAVAILABLE",
}
BASE_WAIT = 0.1
MAX_WAIT = 2.0
#: A denial or an overload that lasts longer is returned instead of awaited, in seconds.
MAX_STATED_WAIT = 2.0
DAY = 86_400.0
#: Members of another service's response that an error names.
MAX_NAMES = 5


@dataclass(frozen=True)
class Request:
    """A request to send."""

    url: str
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class Response:
    """A complete response. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Pause:
    """Time before the next attempt."""

    seconds: float


@dataclass(frozen=True)
class Refused:
    """A denial of the request, with its status."""

    denial: Denial
    status: int


#: Asks for requests and pauses, and returns the result of the call.
Exchange = Generator[Request | Pause, Response | NetworkError | None, Value]
Outcome = dict[str, Any] | Refused | StackgateError


class Service:
    """Address, key and rules of an installation."""

    def __init__(self, url: str, key: str, retries: int, on_unavailable: UnavailablePolicy) -> None:
        self._base = _base_of(url)
        if not key or not key.isascii() or not key.isprintable():
            raise StackgateError("The key must be a service key of Stackgate.", code="CONFIGURATION")
        self._headers = {
            "accept": "application/json",
            "authorization": f"Bearer {key}",
            "content-type": "application/json",
            "user-agent": f"stackgate-python/{_version()}",
        }
        self._retries = retries
        self._on_unavailable = on_unavailable

    def read(self, path: str, body: dict[str, Any], expected: type[Value]) -> Exchange[Value]:
        """A call that uses nothing. A denied request is an error."""
        sent = _given(body)
        outcome = yield from self._post(path, sent, lambda response: _read_rest(response, sent, expected))
        if isinstance(outcome, Refused):
            raise DenialError(outcome.denial, outcome.status)
        return cast(Value, outcome)

    def decide(self, path: str, body: dict[str, Any], expected: type[Value]) -> Exchange[Decision[Value]]:
        """A check. Its denial is a part of the response."""
        try:
            found = cast(dict[str, Any], (yield from self.read(path, body, expected)))
        except StackgateError as error:
            if not path.endswith("/check") or not _is_unavailable(error):
                raise
            policy = self._on_unavailable
            chosen = policy(body["feature"]) if callable(policy) else policy
            if chosen is None:
                raise
            explain = [f"Stackgate is unavailable ({error}), and the policy is {chosen}."]
            value = {"allowed": chosen == "allow", "entitlement": None, "denial": None, "explain": explain}
            return Decision(chosen == "allow", None, cast(Value, value), "policy")
        denial = None if found["denial"] is None else denial_of(found["denial"], None)
        return Decision(
            found["allowed"] is True, denial, cast(Value, found), "policy" if "decided_by" in found else "server"
        )

    def act(self, path: str, body: dict[str, Any], expected: type[Value]) -> Exchange[Result[Value]]:
        """A call with an effect. A missing key is made, so that repetitions count once."""
        sent = _given(body)
        if "idempotency_key" in body and sent.get("idempotency_key") is None:
            sent["idempotency_key"] = new_key()
        key = sent.get("idempotency_key")
        try:
            outcome = yield from self._post(path, sent, lambda response: _read_rest(response, sent, expected))
        except StackgateError as error:
            error.idempotency_key = key
            raise
        if isinstance(outcome, Refused):
            return Denied(outcome.denial, key)
        return Done(cast(Value, outcome), key)

    def graphql(self, document: str, variables: dict[str, Any], account: str | None) -> Exchange[Any]:
        """The data of an operation of GraphQL."""
        body = {"query": document, "variables": variables}
        outcome = yield from self._post("/graphql", body, _read_graphql, account)
        if isinstance(outcome, Refused):
            raise DenialError(outcome.denial, outcome.status)
        return outcome

    def _post(
        self,
        path: str,
        body: dict[str, Any],
        read: Callable[[Response], Outcome],
        account: str | None = None,
    ) -> Exchange[dict[str, Any] | Refused]:
        """Sends a request, and repeats it after temporary failures."""
        hint = text_id(body["account_id"], "account_id") if "account_id" in body else account
        headers = dict(self._headers)
        # Leads the request to a process that knows the account. Any other process responds with the same result.
        if hint is not None and hint.isascii() and hint.isprintable():
            headers["x-stackgate-account"] = hint
        request = Request(self._base + path, headers, _content_of(body))
        attempt = 0
        while True:
            received = yield request
            if received is None:
                raise AssertionError("A request has a response or an error.")
            outcome = received if isinstance(received, NetworkError) else read(received)
            if isinstance(outcome, dict):
                return outcome
            stated = outcome.denial.retry_after if isinstance(outcome, Refused) else outcome.retry_after
            wait = (stated or 0) + random.random() * min(MAX_WAIT, BASE_WAIT * 2 ** min(attempt, 30))
            if attempt < self._retries and _is_repeatable(outcome):
                attempt += 1
                yield Pause(wait)
            elif isinstance(outcome, StackgateError):
                raise outcome
            else:
                return outcome


def new_key() -> str:
    """A key for one call."""
    return str(uuid.uuid4())


def denial_of(body: Mapping[str, Any], stated: float | None) -> Denial:
    """A denial in the form of REST. `stated` is the time of `Retry-After`."""
    own = _seconds(body.get("retry_after_ms"))
    return Denial(
        code=body["code"],
        message=body["message"],
        remedies=tuple(body.get("remedies") or ()),
        quantity=body.get("quantity"),
        retry_after=stated if own is None else own,
        issues=tuple(body.get("issues") or ()),
        body=body,
    )


def unexpected(response: Response, found: object) -> StackgateError:
    """The error of a response that is not one of Stackgate. It names what arrived."""
    if isinstance(found, dict):
        names = ", ".join(f"'{name[:40]}'" for name in sorted(found)[:MAX_NAMES])
        found = f"JSON with the members {names}" if names else "an empty JSON object"
    message = f"The response with status {response.status} has {found} instead of a result of Stackgate."
    return _error_of(response, CODES.get(response.status, "BAD_RESPONSE"), message)


def _read_rest(response: Response, sent: Mapping[str, Any], expected: type[Any]) -> Outcome:
    found = _json_of(response)
    if isinstance(found, StackgateError):
        return found
    is_success = 200 <= response.status < 300
    if is_success and _is_answer(found, sent, expected):
        return found
    if is_success or not _is_refusal(found):
        return unexpected(response, found)
    if _is_denied(response.status, found.get("remedies")):
        return Refused(denial_of(found, _retry_after(response)), response.status)
    return _error_of(response, found["code"], found["message"], found)


def _read_graphql(response: Response) -> Outcome:
    found = _json_of(response)
    if isinstance(found, StackgateError):
        return found
    errors, data = found.get("errors"), found.get("data")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        extensions = errors[0].get("extensions")
        details = extensions if isinstance(extensions, dict) else {}
        message = str(errors[0].get("message", "Unknown error."))
        return _error_of(
            response,
            str(details.get("code", "INTERNAL")),
            message,
            {
                "request_id": details.get("requestId"),
                "retry_after_ms": details.get("retryAfterMs"),
                "issues": details.get("issues"),
            },
        )
    if isinstance(data, dict):
        return data
    if _is_refusal(found):
        return _error_of(response, found["code"], found["message"], found)
    return unexpected(response, found)


def _json_of(response: Response) -> dict[str, Any] | StackgateError:
    """The object of a response, or the error that says what it is instead."""
    if 300 <= response.status < 400:
        location = response.headers.get("location")
        message = f"The server redirects{f' to {location}' if location else ''}. Use the final address as url."
        return _error_of(response, "BAD_RESPONSE", message)
    try:
        value = json.loads(response.body)
    except (ValueError, RecursionError):
        media_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
        return unexpected(response, f"a body of the type {media_type or 'unknown'}")
    return value if isinstance(value, dict) else unexpected(response, "JSON that is not an object")


def _is_answer(found: Mapping[str, Any], sent: Mapping[str, Any], expected: type[Any]) -> bool:
    """False for JSON of another service, and for the response to another request: nothing was checked or used then."""
    required: frozenset[str] = expected.__required_keys__
    if not required <= found.keys():
        return False
    entitlement = found.get("entitlement")
    about = found.get("feature", entitlement.get("feature") if isinstance(entitlement, dict) else None)
    feature = sent.get("feature")
    return feature is None or about is None or about == feature


def _is_refusal(value: Mapping[str, Any]) -> bool:
    return all(isinstance(value.get(name), str) for name in ("code", "message"))


def _is_denied(status: int, remedies: object) -> bool:
    """Misuse of a key or a reservation, with 409, has no remedies and is an error, as is a missing permission."""
    return status in (402, 429) or (isinstance(remedies, list) and (status == 403 or len(remedies) > 0))


def _is_repeatable(outcome: Refused | StackgateError) -> bool:
    """True if the same request can succeed soon. A denial without a time is lifted by a purchase."""
    if isinstance(outcome, Refused):
        stated = outcome.denial.retry_after
        return stated is not None and stated <= MAX_STATED_WAIT
    return outcome.is_temporary and (outcome.retry_after or 0) <= MAX_STATED_WAIT


def _is_unavailable(error: StackgateError) -> bool:
    """True if no answer of Stackgate about the request arrived, or it could not decide."""
    return (error.is_temporary or (error.status or 0) >= 500) and error.code != "RATE_LIMITED"


def _error_of(response: Response, code: str, message: str, details: Mapping[str, Any] | None = None) -> StackgateError:
    found = details or {}
    issues, request_id, own = found.get("issues"), found.get("request_id"), _seconds(found.get("retry_after_ms"))
    return StackgateError(
        message,
        code=code,
        status=response.status,
        request_id=request_id if isinstance(request_id, str) else response.headers.get("x-request-id"),
        retry_after=_retry_after(response) if own is None else own,
        issues=issues if isinstance(issues, list) else (),
    )


def _seconds(milliseconds: object) -> float | None:
    """A wait that a server states: at most a day. None if it is none."""
    if not isinstance(milliseconds, (int, float)) or isinstance(milliseconds, bool) or not milliseconds >= 0:
        return None
    return min(milliseconds / 1000, DAY)


def _retry_after(response: Response) -> float | None:
    """Seconds of `Retry-After`: a number or a date, at most a day. A date is compared with the clock of the server."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), DAY)
    at, now = _seconds_of(value), _seconds_of(response.headers.get("date", ""))
    return None if at is None else min(max(0.0, at - (time.time() if now is None else now)), DAY)


def _seconds_of(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _given(body: Mapping[str, Any]) -> dict[str, Any]:
    """The members that were not left out. None is a value."""
    return {name: value for name, value in body.items() if value is not UNSET}


def _content_of(body: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(body, default=_encode, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise StackgateError(f"The input cannot be sent as JSON: {error}", code="CONFIGURATION") from error


def _encode(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} is not a value of JSON.")
    if value.tzinfo is None:
        raise ValueError("a time must have a time zone.")
    return value.isoformat()


def _base_of(url: str) -> str:
    try:
        scheme, host, path, *_ = urlsplit(url)
    except ValueError:
        scheme = host = path = ""
    if scheme not in ("http", "https") or not host:
        raise StackgateError(
            f"The url must be the absolute http address of Stackgate, not {url!r}.", code="CONFIGURATION"
        )
    return f"{scheme}://{host}{path}".rstrip("/").removesuffix("/graphql")


def _version() -> str:
    try:
        return version("stackgate")
    except PackageNotFoundError:
        return "source"
