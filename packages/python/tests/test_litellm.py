"""The callback of LiteLLM. Without that package, its base class is an empty one."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from conftest import CONSUMPTION, ENTITLEMENT, Answer, Server
from stackgate import DenialError, Stackgate

if importlib.util.find_spec("litellm") is None:
    for name in ("litellm", "litellm.integrations", "litellm.integrations.custom_logger"):
        sys.modules[name] = ModuleType(name)
    sys.modules["litellm.integrations.custom_logger"].CustomLogger = type("CustomLogger", (), {})  # type: ignore[attr-defined]

from stackgate.litellm import StackgateLogger

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/ai-sdks.md"
REPORTS = json.loads((ROOT / "test/support/model-reports.json").read_text(encoding="utf-8"))
RESERVATION = {
    "id": "rsv_1",
    "feature": "ai_stories",
    "amount": 9,
    "status": "held",
    "expires_at": "2026-01-15T10:00:00.000Z",
    "on_expiry": "commit_estimate",
    "estimate": None,
    "entitlement": ENTITLEMENT,
}
CALL: dict[str, Any] = {
    "litellm_call_id": "call-1",
    "model": "openai/large",
    "messages": [{"role": "user", "content": "x" * 36}],
    "max_tokens": 50,
    "metadata": {"stackgate_account": "customer:42"},
}
USAGE = SimpleNamespace(
    prompt_tokens=10,
    completion_tokens=7,
    prompt_tokens_details=SimpleNamespace(cached_tokens=4),
    completion_tokens_details=SimpleNamespace(reasoning_tokens=2),
)
DENIAL = {"error": "E", "code": "QUOTA_EXCEEDED", "message": "Used up.", "remedies": [{"kind": "a", "label": "B"}]}
DIMENSIONS = {"model": "large"}


def logger_of(server: Server) -> StackgateLogger:
    names = {"cached_input": "cached_tokens", "reasoning": "reasoning_tokens"}
    return StackgateLogger(Stackgate(server.url, "sk_1", retries=0), feature="ai_stories", quantities=names)


def started(server: Server) -> StackgateLogger:
    logger = logger_of(server)
    server.answers = [Answer(body=RESERVATION)]
    asyncio.run(logger.async_pre_call_deployment_hook(CALL, "acompletion"))
    return logger


def test_reserves_and_charges_what_the_provider_reported(server: Server) -> None:
    logger = started(server)
    assert server.received[0].body == {
        "account_id": "customer:42",
        "feature": "ai_stories",
        "work": {"quantities": {"input_tokens": 10, "output_tokens": 50}, "dimensions": DIMENSIONS},
        "expires_in_seconds": 300,
        "on_expiry": "commit_estimate",
        "idempotency_key": "call-1",
    }
    server.answers = [Answer(body=CONSUMPTION)]
    asyncio.run(logger.async_log_success_event(CALL, SimpleNamespace(usage=USAGE), None, None))
    quantities = {"cached_tokens": 4, "input_tokens": 6, "reasoning_tokens": 2, "output_tokens": 5}
    assert server.received[1].body == {
        "reservation_id": "rsv_1",
        "work": {"quantities": quantities, "dimensions": DIMENSIONS},
        "idempotency_key": "commit-rsv_1",
    }


@pytest.mark.parametrize(
    ("cost", "sent"), [(0.25, "0.25"), (1e-07, "0.0000001"), (3, "3"), (-1.0, None), (float("nan"), None), ("0.25", None)]
)
def test_passes_on_the_cost_that_the_provider_states(server: Server, cost: Any, sent: str | None) -> None:
    logger = started(server)
    server.answers = [Answer(body=CONSUMPTION)]
    logger.log_success_event(CALL, SimpleNamespace(usage=SimpleNamespace(**vars(USAGE), cost=cost)), None, None)
    assert server.received[1].body.get("provider_cost") == sent


def test_passes_properties_on_to_reservations_and_facts(server: Server) -> None:
    stackgate = Stackgate(server.url, "sk_1", retries=0)
    logger = StackgateLogger(
        stackgate, feature="ai_stories", properties=lambda call: {"project": call["litellm_call_id"]}
    )
    server.answers = [Answer(body=RESERVATION)]
    asyncio.run(logger.async_pre_call_deployment_hook(CALL, "acompletion"))
    assert server.received[0].body["properties"] == {"project": "call-1"}
    payload = {"acceptedCount": 1, "duplicateCount": 0, "rejected": [], "denial": None}
    server.answers = [Answer(body={"data": {"recordUsage": payload}})]
    logger.log_success_event({**CALL, "litellm_call_id": "call-2"}, SimpleNamespace(usage=USAGE), None, None)
    [event] = server.received[1].body["variables"]["events"]
    assert event["properties"] == [{"name": "project", "value": "call-2"}]


def test_raises_the_denial_before_the_call(server: Server) -> None:
    server.answers = [Answer(402, DENIAL)]
    with pytest.raises(DenialError) as caught:
        asyncio.run(logger_of(server).async_pre_call_deployment_hook(CALL, "acompletion"))
    assert [remedy["label"] for remedy in caught.value.denial.remedies] == ["B"]


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (ValueError("400"), {"estimate": 0}),
        (type("Timeout", (Exception,), {})(), {"work": {"quantities": {"input_tokens": 10}, "dimensions": DIMENSIONS}}),
    ],
)
def test_ends_the_reservation_of_a_failed_call(server: Server, error: Exception, change: dict[str, Any]) -> None:
    logger = started(server)
    asyncio.run(logger.async_log_failure_event({**CALL, "exception": error}, None, None, None))
    body = dict(server.received[1].body)
    del body["idempotency_key"]
    assert body == {"reservation_id": "rsv_1", "expires_in_seconds": 1, **change}


def test_charges_the_estimate_without_a_report(server: Server) -> None:
    logger = started(server)
    logger.log_success_event(CALL, SimpleNamespace(usage=None), None, None)
    assert server.received[1].body["work"]["quantities"] == {"input_tokens": 10}


def test_records_a_synchronous_call_as_a_fact(server: Server) -> None:
    payload = {"acceptedCount": 1, "duplicateCount": 0, "rejected": [], "denial": None}
    server.answers = [Answer(body={"data": {"recordUsage": payload}})]
    call = {**CALL, "metadata": None, "litellm_params": {"metadata": CALL["metadata"]}}
    logger_of(server).log_success_event(call, SimpleNamespace(usage=USAGE), None, None)
    [event] = server.received[0].body["variables"]["events"]
    assert (event["accountId"], event["key"], event["properties"]) == ("customer:42", "call-1", [])


@pytest.mark.parametrize("known", REPORTS, ids=lambda known: known["name"])
def test_charges_all_tokens_of_each_report(server: Server, known: dict[str, Any]) -> None:
    logger = started(server)
    server.answers = [Answer(body=CONSUMPTION)] * 3
    logger.log_success_event(CALL, {"usage": known["report"]}, None, None)
    works = [received.body for received in server.received[1:]]
    events = [work["variables"]["events"][0] for work in works if "variables" in work]
    usage = known["usage"] or {"input": 10, "output": 0}
    charged = sum(sum(work["work"]["quantities"].values()) for work in works if "work" in work)
    charged += sum(one["amount"] for event in events for one in event["work"]["quantities"])
    assert charged == usage["input"] + usage["output"]
    models = [one["value"] for event in events for one in event["work"]["dimensions"]]
    assert models == [other["model"] for other in usage.get("otherModels", [])]


@pytest.mark.parametrize("options", [None, {"include_usage": False}])
def test_asks_for_the_report_of_a_stream(server: Server, options: dict[str, Any] | None) -> None:
    logger = logger_of(server)
    server.answers = [Answer(body=RESERVATION)]
    call = {**CALL, "stream": True, "stream_options": options}
    sent = asyncio.run(logger.async_pre_call_deployment_hook(call, "acompletion"))
    assert sent == {**call, "stream_options": {"include_usage": True}}


def test_leaves_a_stream_that_is_left_to_the_end_of_its_reservation(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LiteLLM calls nothing when an application leaves a stream: with the real package, its iterator is closed."""
    logger = logger_of(server)
    server.answers = [Answer(body=RESERVATION)]
    call = {**CALL, "stream": True}

    async def leave() -> None:
        await logger.async_pre_call_deployment_hook(call, "acompletion")
        if not hasattr(sys.modules["litellm"], "acompletion"):
            return
        import litellm

        monkeypatch.setattr(litellm, "callbacks", [logger])
        stream = await litellm.acompletion(**{**call, "litellm_call_id": "call-1"}, mock_response="one two three")
        async for _item in stream:
            break
        await asyncio.sleep(0.2)

    asyncio.run(leave())
    verbs = {received.path.rsplit("/", 1)[-1] for received in server.received}
    assert verbs == {"reserve"}
    body = server.received[0].body
    assert [body["on_expiry"], body["expires_in_seconds"], "estimate" in body] == ["commit_estimate", 300, False]


@pytest.mark.parametrize(
    ("completion", "verb"), [(2, "entitlements/extend"), (3, "entitlements/commit")], ids=["counted", "reported"]
)
def test_flags_what_litellm_counts_itself(
    server: Server, monkeypatch: pytest.MonkeyPatch, completion: int, verb: str
) -> None:
    stub = ModuleType("litellm")
    stub.token_counter = lambda **call: 2 if "text" in call else 9  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "litellm", stub)
    logger = started(server)
    server.answers = [Answer(body=CONSUMPTION)]
    usage = {"prompt_tokens": 9, "completion_tokens": completion, "total_tokens": 9 + completion}
    response = {"usage": usage, "choices": [{"message": {"content": "hello there"}}]}
    logger.log_success_event({**CALL, "stream": True}, response, None, None)
    assert server.received[1].path.endswith(verb)
    assert server.received[1].body["work"]["quantities"] == {"input_tokens": 9, "output_tokens": completion}


def test_is_set_as_the_page_says(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    [example] = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    monkeypatch.setenv("STACKGATE_SECRET_KEY", "sk_1")
    server.answers = [Answer(402, DENIAL)]
    names: dict[str, Any] = {"os": os}
    stub = ModuleType("litellm")

    async def acompletion(**call: Any) -> None:
        [logger] = stub.callbacks
        await logger.async_pre_call_deployment_hook({**call, "litellm_call_id": "call-1"}, "acompletion")

    stub.callbacks = []  # type: ignore[attr-defined]
    stub.acompletion = acompletion  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "litellm", stub)
    exec(example.replace("https://billing.example.com", server.url), names)
    assert asyncio.run(names["answer"]("7", [{"role": "user", "content": "Hi"}])) == "Used up."
    assert server.received[0].body["account_id"] == "customer:7"
