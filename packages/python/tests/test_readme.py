"""Runs the examples of the README."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conftest import CONSUMPTION, Answer, Server
from test_webhooks import SECRET, signed

TEXT = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
GATE, SALE, WEBHOOK = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STACKGATE_SECRET_KEY", "sk_1")
    monkeypatch.setenv("STACKGATE_WEBHOOK_SECRET", SECRET)


@pytest.mark.parametrize("example", [GATE, SALE, WEBHOOK])
def test_has_examples_of_at_most_ten_lines(example: str) -> None:
    assert len([line for line in example.splitlines() if line.strip()]) <= 10


def test_gates_a_feature(server: Server) -> None:
    shown: list[Any] = []
    names = {
        "os": os,
        "job_id": "job-1",
        "write_story": lambda remaining: shown.append(remaining),
        "show": lambda *found: shown.append(found),
    }
    example = GATE.replace("https://billing.example.com", server.url)
    denial = {"error": "E", "code": "QUOTA_EXCEEDED", "message": "Used up.", "remedies": [{"kind": "a", "label": "B"}]}
    server.answers = [Answer(body=CONSUMPTION), Answer(402, denial)]
    exec(example, dict(names))
    exec(example, dict(names))
    assert shown == [22, ("Used up.", ["B"])]
    assert server.keys == {"job-1"}


CHECKOUT = {
    "id": "chk_1",
    "provider_reference": "cs_1",
    "url": "https://pay.example/1",
    "payment_url": None,
    "status": "open",
    "status_reason": None,
    "provider": "stripe",
    "quantity": 1,
    "interval": "month",
    "trial_days": 0,
    "created_at": "2026-01-15T10:00:00.000Z",
    "expires_at": None,
    "completed_at": None,
    "money": {"amount": "20.00", "currency": "USD"},
    "product": {"id": "prd_1"},
}


def test_sells_a_plan(server: Server) -> None:
    shown: list[Any] = []
    names = {"os": os, "user_id": "42", "email": "ann@example.com", "redirect": shown.append, "show": shown.append}
    example = SALE.replace("https://billing.example.com", server.url)
    denial = {
        "error": "E",
        "code": "SUBSCRIPTION_CONFLICT",
        "message": "A plan is active.",
        "remedies": [{"kind": "a"}],
    }
    server.answers = [Answer(body=CHECKOUT), Answer(409, denial)]
    exec(example, dict(names))
    exec(example, dict(names))
    assert shown == ["https://pay.example/1", "A plan is active."]
    assert {each.body["account_id"] for each in server.received} == {"customer:42"}


def test_verifies_a_webhook() -> None:
    notified: list[Any] = []
    body = (
        '{"type":"usage.warning","timestamp":"2026-01-15T10:00:00.000Z","data":{"feature":"ai_stories","threshold":80}}'
    )
    request = SimpleNamespace(get_data=lambda: body.encode(), headers={})
    names: dict[str, Any] = {
        "os": os,
        "app": SimpleNamespace(post=lambda path: lambda function: function),
        "request": request,
        "notify": lambda *found: notified.append(found),
    }
    exec(WEBHOOK, names)
    assert names["receive"]() == ("headers", 400)
    request.headers = signed(body)
    assert names["receive"]() == ("timestamp", 400)
    request.headers = signed(body, at=str(int(time.time())))
    assert names["receive"]() == ("", 200)
    assert notified == [("ai_stories", 80)]
