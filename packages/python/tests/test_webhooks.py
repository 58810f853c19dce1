"""Verification of webhooks and signatures, by the vectors that all clients are tested with."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime, timezone
from typing import Any

import pytest

from stackgate import StackgateError, WebhookError, agent_signatures, parse_event, verify_webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_c2VjcmV0IG9mIHRoZSBuZXh0IG1vbnRocw=="
EVENT = {"type": "usage.warning", "timestamp": "2026-01-15T10:00:00.000Z", "data": {"accountId": "acc_1"}}
NOW = 1_768_471_200


def signed(body: str, secret: str = SECRET, at: str = str(NOW), version: str = "v1") -> dict[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"evt_1.{at}.{body}".encode(), hashlib.sha256).digest()
    signature = f"{version},{base64.b64encode(digest).decode()}"
    return {"Webhook-Id": "evt_1", "Webhook-Timestamp": at, "Webhook-Signature": signature}


def outcome(body: bytes | str, headers: dict[str, str], secrets: Any = SECRET, now: float = NOW) -> str:
    try:
        return verify_webhook(body, headers, secrets, now=now).type
    except WebhookError as error:
        return error.reason


def test_equals_the_server_in_all_webhooks_of_the_vectors(vectors: Any) -> None:
    found = [
        outcome(each["body"].encode(), each["headers"], each["secrets"], each["now"]) for each in vectors["webhooks"]
    ]
    assert found == [each["expected"] for each in vectors["webhooks"]]
    assert len(found) > 5


def test_equals_the_server_in_all_signatures_of_agents(vectors: Any) -> None:
    for each in vectors["agent"]:
        signatures = agent_signatures(
            each["token"],
            method=each["method"],
            path=each["path"],
            timestamp=each["timestamp"],
            request_id=each["requestId"],
            body=each["body"].encode(),
        )
        assert signatures == each["expected"]


def test_returns_the_event() -> None:
    body = json.dumps(EVENT)
    event = verify_webhook(body, signed(body), SECRET, now=NOW)
    assert (event.id, event.type, event.data) == ("evt_1", "usage.warning", {"accountId": "acc_1"})
    assert event.timestamp == datetime(2026, 1, 15, 10, tzinfo=timezone.utc)


def test_accepts_each_secret_of_a_rotation() -> None:
    body = json.dumps(EVENT)
    assert [outcome(body, signed(body, secret), [SECRET, OTHER]) for secret in (SECRET, OTHER)] == ["usage.warning"] * 2
    assert outcome(body, signed(body, OTHER)) == "signature"
    both = {**signed(body), "Webhook-Signature": f"v1,x {signed(body)['Webhook-Signature']}"}
    assert outcome(body, both) == "usage.warning"


@pytest.mark.parametrize(("offset", "expected"), [(300, "usage.warning"), (301, "timestamp"), (300.9, "usage.warning")])
def test_tolerates_five_minutes_in_both_directions(offset: float, expected: str) -> None:
    body = json.dumps(EVENT)
    assert outcome(body, signed(body), now=NOW + offset) == expected
    assert outcome(body, signed(body), now=NOW - int(offset)) == expected


@pytest.mark.parametrize("name", ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"])
def test_needs_each_header(name: str) -> None:
    body = json.dumps(EVENT)
    headers = signed(body)
    del headers[name]
    assert outcome(body, headers) == "headers"


@pytest.mark.parametrize("at", ["", "soon", "1e9", "-5", "٣", "9" * 5000])
def test_rejects_a_malformed_time(at: str) -> None:
    assert outcome("{}", {**signed("{}"), "Webhook-Timestamp": at}) == "headers"


def test_rejects_other_versions_and_characters_of_signatures() -> None:
    body = json.dumps(EVENT)
    assert outcome(body, signed(body, version="v2")) == "signature"
    assert outcome(body, {**signed(body), "Webhook-Signature": "v1,\udcff"}) == "signature"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        "null",
        "[" * 100_000,
        '{"type":"a"}',
        json.dumps({**EVENT, "data": []}),
        json.dumps({**EVENT, "timestamp": 5}),
    ],
)
def test_rejects_a_signed_body_that_is_no_event(body: str) -> None:
    assert outcome(body, signed(body)) == "body"


@pytest.mark.parametrize("secrets", [[], "", "whsec_", "whsec_!", ["whsec_", SECRET]])
def test_names_a_secret_that_is_missing_or_malformed(secrets: Any) -> None:
    with pytest.raises(StackgateError) as caught:
        verify_webhook("{}", signed("{}"), secrets)
    assert caught.value.code == "CONFIGURATION"


def test_parses_an_event_without_a_signature() -> None:
    assert parse_event(json.dumps(EVENT)).id == ""
