"""Waits between attempts, without a network."""

from __future__ import annotations

import random

import pytest

from stackgate import NetworkError
from stackgate._exchange import Pause, Service
from stackgate.types import Consumption


@pytest.mark.parametrize(
    ("jitter", "expected"), [(1.0, [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]), (0.5, [0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0])]
)
def test_doubles_random_waits_up_to_two_seconds(
    monkeypatch: pytest.MonkeyPatch, jitter: float, expected: list[float]
) -> None:
    monkeypatch.setattr(random, "random", lambda: jitter)
    service = Service("http://127.0.0.1", "sk_1", retries=7, on_unavailable=None)
    exchange = service.act("/api/v1/entitlements/consume", {"idempotency_key": "job-1"}, Consumption)
    next(exchange)
    waits = []
    with pytest.raises(NetworkError) as caught:
        while True:
            step = exchange.send(NetworkError("cut"))
            assert isinstance(step, Pause)
            waits.append(step.seconds)
            next(exchange)
    assert waits == pytest.approx(expected)
    assert caught.value.idempotency_key == "job-1"
