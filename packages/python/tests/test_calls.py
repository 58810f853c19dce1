"""Results, repetitions and errors of both clients, over real HTTP."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import httpx
import pytest

from conftest import CONSUMPTION, ENTITLEMENT, Answer, Call, Server
from stackgate import DenialError, NetworkError, Stackgate, StackgateError

USE = {"account_id": "person:ann@example.com", "feature": "ai_stories"}
OUT_OF_QUOTA = {
    "error": "Payment required",
    "code": "QUOTA_EXCEEDED",
    "message": "The quota is used up.",
    "remedies": [{"kind": "upgrade_plan", "label": "Upgrade to Plus"}],
    "quantity": {"feature": "ai_stories", "limit": {"units": 25}},
}


def unavailable(**headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(503, "<html>Proxy</html>", {"content-type": "text/html", **named})


def test_consumes_with_the_value_and_the_key_of_the_call(server: Server, call: Call) -> None:
    server.answers = [Answer(body=CONSUMPTION)]
    result = call("consume", **USE, amount=1, idempotency_key="job-1")
    assert result and result.ok
    assert result.value["entitlement"]["remaining"] == 22
    assert result.idempotency_key == "job-1"
    (request,) = server.received
    assert request.path == "/api/v1/entitlements/consume"
    assert request.body == {**USE, "amount": 1, "idempotency_key": "job-1"}
    assert request.headers["authorization"] == "Bearer sk_1"
    assert request.headers["x-stackgate-account"] == "person:ann@example.com"


@pytest.mark.parametrize("fault", ["cut", "half", "silent", "slow"])
def test_repeats_with_the_same_key_after_a_fault_of_the_network(server: Server, call: Call, fault: str) -> None:
    server.answers = [Answer(body=CONSUMPTION, fault=fault), Answer(body=CONSUMPTION)]
    result = call("consume", **USE, options={"timeout": 0.4})
    assert result.ok
    assert server.keys == {result.idempotency_key}
    assert len(server.received) == 2


def test_makes_a_new_key_for_each_call(server: Server, call: Call) -> None:
    server.answers = [Answer(body=CONSUMPTION)]
    assert call("consume", **USE).idempotency_key != call("consume", **USE).idempotency_key


def test_waits_as_long_as_the_server_asks(server: Server, call: Call) -> None:
    server.answers = [unavailable(retry_after="1"), Answer(body=CONSUMPTION)]
    assert call("consume", **USE).ok
    first, second = server.received
    assert 1 <= second.at - first.at < 1.5


def test_compares_the_date_of_retry_after_with_the_clock_of_the_server(server: Server, call: Call) -> None:
    for now, sends_date in ((datetime(2020, 1, 1, tzinfo=timezone.utc), True), (datetime.now(timezone.utc), False)):
        later = format_datetime(now + timedelta(minutes=1), usegmt=True)
        server.answers = [unavailable(retry_after=later, **({"date": format_datetime(now)} if sends_date else {}))]
        with pytest.raises(StackgateError) as caught:
            call("consume", **USE)
        assert 50 < (caught.value.retry_after or 0) <= 60
    assert len(server.received) == 2


def test_raises_at_once_if_the_server_asks_for_a_longer_time(server: Server, call: Call) -> None:
    server.answers = [unavailable(retry_after="60")]
    with pytest.raises(StackgateError) as caught:
        call("consume", **USE)
    assert (caught.value.status, caught.value.code, caught.value.retry_after) == (503, "UNAVAILABLE", 60)
    assert caught.value.idempotency_key == server.received[0].body["idempotency_key"]
    assert len(server.received) == 1


def test_raises_after_two_repetitions_with_the_key(server: Server, call: Call) -> None:
    server.answers = [Answer(fault="cut")]
    with pytest.raises(NetworkError) as caught:
        call("consume", **USE)
    assert server.keys == {caught.value.idempotency_key}
    assert len(server.received) == 3


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
def test_raises_errors_of_the_server_without_a_repetition(server: Server, call: Call, status: int) -> None:
    body = {"error": "E", "code": "SOME_CODE", "message": "Wrong.", "request_id": "req_1"}
    server.answers = [Answer(status, body)]
    with pytest.raises(StackgateError, match="Wrong") as caught:
        call("reserve", **USE)
    assert (caught.value.status, caught.value.code, caught.value.request_id) == (status, "SOME_CODE", "req_1")
    assert len(server.received) == 1


def test_returns_a_denial_as_a_value(server: Server, call: Call) -> None:
    server.answers = [Answer(402, OUT_OF_QUOTA)]
    result = call("consume", **USE)
    assert not result and not result.ok
    assert (result.denial.code, result.denial.message) == ("QUOTA_EXCEEDED", "The quota is used up.")
    assert result.denial.remedies[0]["label"] == "Upgrade to Plus"
    assert result.denial.quantity == OUT_OF_QUOTA["quantity"]
    assert result.denial.retry_after is None
    assert len(server.received) == 1


@pytest.mark.parametrize(("status", "remedies"), [(403, []), (403, [{"label": "Raise"}]), (409, [{"label": "Repeat"}])])
def test_returns_denials_of_every_status(
    server: Server, call: Call, status: int, remedies: list[dict[str, str]]
) -> None:
    body = {"error": "Denied", "code": "SPEND_CAP_REACHED", "message": "The cap is reached.", "remedies": remedies}
    server.answers = [Answer(status, body)]
    assert call("consume", **USE).denial.code == "SPEND_CAP_REACHED"


def test_repeats_a_denied_rate_that_ends_soon(server: Server, call: Call) -> None:
    limited = {"error": "Too many requests", "code": "RATE_LIMITED", "message": "Too many requests."}
    server.answers = [Answer(429, limited, {"retry-after": "1"}), Answer(body=CONSUMPTION)]
    assert call("consume", **USE).ok
    server.answers = [Answer(429, limited, {"retry-after": "30"})]
    assert call("consume", **USE).denial.retry_after == 30
    with pytest.raises(DenialError) as caught:
        call("list_alerts", account_id="acc_1")
    assert caught.value.denial.code == "RATE_LIMITED"
    assert len(server.received) == 4


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (Answer(body="<html>", headers={"content-type": "text/html; charset=utf-8"}), "a body of the type text/html"),
        (Answer(body='{"id":'), "a body of the type application/json"),
        (Answer(body=[CONSUMPTION]), "JSON that is not an object"),
        (Answer(body={"status": "ok"}), "JSON with the members 'status'"),
        (Answer(body={**CONSUMPTION, "feature": "other"}), "JSON with the members 'amount', 'at', "),
    ],
)
def test_rejects_a_response_of_another_service(server: Server, call: Call, answer: Answer, found: str) -> None:
    server.answers = [answer]
    with pytest.raises(StackgateError) as caught:
        call("consume", **USE)
    assert caught.value.code == "BAD_RESPONSE"
    assert f"The response with status 200 has {found}" in str(caught.value)
    assert len(server.received) == 1


def test_does_not_follow_redirects_with_the_key(server: Server, call: Call) -> None:
    server.answers = [Answer(308, "", {"location": "https://elsewhere.example.com"})]
    with pytest.raises(StackgateError, match="redirects to https://elsewhere.example.com"):
        call("consume", **USE)
    assert len(server.received) == 1


def test_checks_with_a_decision_that_is_true_if_allowed(server: Server, call: Call) -> None:
    found = {"allowed": True, "entitlement": ENTITLEMENT, "denial": None, "explain": []}
    server.answers = [Answer(body=found)]
    decision = call("check", **USE)
    assert decision and decision.allowed and decision.decided_by == "server"
    server.answers = [Answer(body={**found, "allowed": False, "denial": OUT_OF_QUOTA})]
    decision = call("check", **USE)
    assert not decision
    assert decision.denial.code == "QUOTA_EXCEEDED"
    server.answers = [Answer(body={**found, "decided_by": "open"})]
    assert call("check", **USE).decided_by == "policy"


def test_decides_by_the_policy_while_the_server_is_unavailable(server: Server, call: Call) -> None:
    server.answers = [Answer(fault="cut")]
    options = {"retries": 0, "on_unavailable": lambda feature: "allow" if feature == "ai_stories" else "deny"}
    decision = call("check", **USE, options=options)
    assert decision and decision.decided_by == "policy"
    assert not call("check", account_id="acc_1", feature="other", options=options)
    with pytest.raises(NetworkError):
        call("check", **USE, options={"retries": 0})
    server.answers = [Answer(404, {"error": "E", "code": "NOT_FOUND", "message": "Account not found."})]
    with pytest.raises(StackgateError, match="not found"):
        call("check", **USE, options=options)


def test_records_usage_with_a_key_for_each_event(server: Server, call: Call) -> None:
    payload = {
        "acceptedCount": 1,
        "duplicateCount": 0,
        "rejected": [{"index": 1, "code": "BAD_USER_INPUT", "message": "Wrong."}],
        "denial": None,
    }
    server.answers = [Answer(fault="cut"), Answer(body={"data": {"recordUsage": payload}})]
    at = datetime(2026, 1, 15, 10, tzinfo=timezone.utc)
    work = {"quantities": {"tokens": 5}, "dimensions": {"model": "large"}}
    result = call("track", [{**USE, "amount": 2, "at": at, "key": "a"}, {**USE, "work": work}])
    assert result.ok
    assert (result.value.accepted, result.value.duplicates, result.value.rejected[0].index) == (1, 0, 1)
    first, second = server.received
    assert first.body == second.body
    one, other = first.body["variables"]["events"]
    account = {"accountId": "person:ann@example.com", "feature": "ai_stories"}
    assert one == {**account, "amount": 2, "at": "2026-01-15T10:00:00+00:00", "key": "a"}
    assert other["work"] == {
        "quantities": [{"name": "tokens", "amount": 5}],
        "dimensions": [{"name": "model", "value": "large"}],
    }
    assert result.value.keys == ("a", other["key"])


def test_raises_errors_of_graphql_with_the_keys_of_the_events(server: Server, call: Call) -> None:
    extensions = {"code": "FORBIDDEN", "requestId": "req_1"}
    server.answers = [Answer(body={"errors": [{"message": "Not allowed.", "extensions": extensions}]})]
    with pytest.raises(StackgateError, match="Not allowed") as caught:
        call("track", [{**USE, "amount": 1, "key": "a"}])
    assert (caught.value.code, caught.value.request_id) == ("FORBIDDEN", "req_1")
    assert caught.value.idempotency_keys == ("a",)
    denial = {"code": "INVALID_INPUT", "message": "Too many.", "remedies": []}
    server.answers = [Answer(body={"data": {"recordUsage": {"denial": denial}}})]
    assert call("track", [{**USE, "amount": 1}]).denial.message == "Too many."


def test_returns_entitlements_by_feature(server: Server, call: Call) -> None:
    names = {"resets_at": "resetsAt", "near_limit": "nearLimit"}
    found = {names.get(name, name): value for name, value in ENTITLEMENT.items()}
    found |= {"feature": {"code": "ai_stories", "kind": "QUOTA"}, "overage": None}
    server.answers = [Answer(body={"data": {"account": {"usage": {"entitlements": [found]}}}})]
    assert call("entitlements", account_id="acc_1") == {"ai_stories": ENTITLEMENT}
    server.answers = [Answer(body={"data": {"account": None}})]
    with pytest.raises(StackgateError, match="Account not found"):
        call("entitlements", account_id="acc_2")


def test_rejects_input_that_cannot_be_sent(server: Server, call: Call) -> None:
    for wrong in (datetime(2026, 1, 15), float("nan"), object()):
        with pytest.raises(StackgateError) as caught:
            call("track", [{**USE, "amount": 1, "at": wrong}])
        assert caught.value.code == "CONFIGURATION"
    assert server.received == []


@pytest.mark.parametrize("url", ["", "stackgate.example.com", "ftp://stackgate.example.com", "http://", "http://[1"])
def test_rejects_an_address_without_a_host(url: str) -> None:
    with pytest.raises(StackgateError, match="absolute http address"):
        Stackgate(url, "sk_1")


@pytest.mark.parametrize("key", ["", "sk_1\n", "schlüssel"])
def test_rejects_a_key_that_no_header_carries(key: str) -> None:
    with pytest.raises(StackgateError, match="must be a service key"):
        Stackgate("http://127.0.0.1", key)


@pytest.mark.parametrize("path", ["", "/", "/graphql", "/graphql/"])
def test_finds_the_routes_by_the_address_of_graphql_too(server: Server, path: str) -> None:
    server.answers = [Answer(body=CONSUMPTION)]
    with Stackgate(f"{server.url}/base{path}", "sk_1") as client:
        client.consume(account_id="acc_1", feature="ai_stories")
    assert server.received[0].path == "/base/api/v1/entitlements/consume"


def test_leaves_a_given_http_client_open(server: Server) -> None:
    server.answers = [Answer(body=CONSUMPTION)]
    with httpx.Client() as http:
        with Stackgate(server.url, "sk_1", http=http) as client:
            client.consume(account_id="acc_1", feature="ai_stories")
        assert not http.is_closed


def test_ends_an_attempt_in_time_although_bytes_arrive(server: Server, call: Call) -> None:
    server.answers = [Answer(body=CONSUMPTION, fault="slow")]
    started = time.monotonic()
    with pytest.raises(NetworkError, match="within 0.3 s"):
        call("consume", **USE, options={"timeout": 0.3, "retries": 0})
    assert time.monotonic() - started < 1
