"""Verification of signed webhooks."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from .errors import StackgateError, WebhookError

#: Seconds that a webhook can be old or ahead.
TOLERANCE = 300


@dataclass(frozen=True)
class WebhookEvent:
    """An event. Deliveries repeat: store `id` to handle an event once."""

    #: The same for each delivery of the event.
    id: str
    #: Type of the event, for example `usage.warning`. Ignore types that you do not know.
    type: str
    #: Time of the event, by the business clock of the server.
    timestamp: datetime
    data: Mapping[str, Any]


class Headers(Protocol):
    """Headers of any framework: a dictionary, or an object with its method `items`."""

    def items(self) -> Iterable[tuple[str, str]]: ...


def verify_webhook(
    body: bytes | str,
    headers: Headers,
    secrets: str | Iterable[str],
    *,
    now: float | None = None,
) -> WebhookEvent:
    """Verifies that Stackgate sent a request, and returns its event.

    body: The received body before any parser. JSON that was parsed and written again has another signature.
    headers: Headers of the request. Upper and lower case are equal.
    secrets: Secret of the endpoint (`whsec_…`), or several while a new one replaces it.
    now: Seconds since 1970, for tests. Default: the clock of this machine.

    Raises `WebhookError` if the request is forged, altered, old or no event, and `StackgateError` with the code
    `CONFIGURATION` if a secret is malformed.
    """
    keys = [_key_of(secret) for secret in ([secrets] if isinstance(secrets, str) else secrets)]
    if not keys:
        raise StackgateError("verify_webhook needs a secret.", code="CONFIGURATION")
    sent = body.encode() if isinstance(body, str) else bytes(body)
    identifier, timestamp, signatures = (
        _header(headers, f"webhook-{name}") for name in ("id", "timestamp", "signature")
    )
    if not identifier or not signatures or not re.fullmatch(r"[0-9]{1,15}", timestamp):
        raise WebhookError("headers", "The headers webhook-id, webhook-timestamp and webhook-signature are required.")
    if abs(int(time.time() if now is None else now) - int(timestamp)) > TOLERANCE:
        raise WebhookError(
            "timestamp", "The webhook was sent more than five minutes ago, or the clock of this machine is wrong."
        )
    signed = f"{identifier}.{int(timestamp)}.".encode(errors="replace") + sent
    expected = [b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()) for key in keys]
    received = [signature.encode(errors="replace") for signature in signatures.split(" ")]
    matches = [hmac.compare_digest(one, other) for one in received for other in expected]
    if not any(matches):
        raise WebhookError(
            "signature", "No secret signed this body. Pass the unchanged body, and the secret of this endpoint."
        )
    return parse_event(sent, identifier)


def parse_event(body: bytes | str, identifier: str = "") -> WebhookEvent:
    """The event of a body whose origin is certain, as in tests. `verify_webhook` reads requests.

    Raises `WebhookError` with the reason `body`.
    """
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise WebhookError("body", "The body is not JSON.") from None
    members = event if isinstance(event, dict) else {}
    kind, timestamp, data = (members.get(name) for name in ("type", "timestamp", "data"))
    at = _time(timestamp)
    if not isinstance(kind, str) or not kind or not isinstance(data, dict) or at is None:
        raise WebhookError("body", "The body is not an event: it must have type, timestamp and data.")
    return WebhookEvent(id=identifier, type=kind, timestamp=at, data=data)


def _time(text: object) -> datetime | None:
    try:
        # Python 3.10 does not read `Z`.
        return datetime.fromisoformat(text.replace("Z", "+00:00")) if isinstance(text, str) else None
    except ValueError:
        return None


def _header(headers: Headers, name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _key_of(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise StackgateError("The secret of a webhook endpoint begins with whsec_ and is base64.", code="CONFIGURATION")
    return key
