"""Metering of LiteLLM: reserves what a call may use, and charges what the provider reports.

Needs the package `litellm`.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._client import Stackgate
from ._graphql import UsageEvent
from ._unset import UNSET, Unset
from ._usage import Tokens, member, read_usage
from .errors import DenialError, StackgateError
from .results import Result
from .types import Consumption, Work

if TYPE_CHECKING:

    class CustomLogger:
        """Base class of the callbacks of LiteLLM."""

else:
    from litellm.integrations.custom_logger import CustomLogger

__all__ = ["StackgateLogger"]

Call = Mapping[str, Any]

CHARACTERS_PER_TOKEN = 4
DEFAULT_OUTPUT = 1_000
#: Time until a reservation that is given up ends, in seconds. A repetition of the call is charged afterwards as well.
END_SECONDS = 1
#: Calls whose streams report their usage on request.
STREAMED = ("acompletion", "atext_completion")
METERED = ("acompletion", "atext_completion", "aembedding", "aresponses")
#: The key has been charged, or the reservation is over.
CHARGED = ("RESERVATION_CLOSED", "IDEMPOTENCY_MISMATCH")
#: Reported costs from here on are no costs.
MAX_COST = 1_000_000_000
#: Errors after which the provider may have done work.
UNCERTAIN = ("Timeout", "APIConnectionError", "MidStreamFallbackError", "CancelledError")

log = logging.getLogger("stackgate.litellm")


@dataclass(frozen=True)
class Held:
    """A reservation of a call."""

    reservation_id: str
    #: Dimensions of the rate card.
    dimensions: Mapping[str, str]
    #: Estimated input.
    expected: Work


class StackgateLogger(CustomLogger):
    """A callback for `litellm.callbacks`. All calls and threads share it.

    stackgate: Client whose key has the scope `entitlements:write`.
    feature: Code of the feature, whose rate card prices the tokens.
    account_id: Returns the ID or reference of the account of a call. Default: `metadata["stackgate_account"]`.
    quantities: Names of the rate card for `input`, `cached_input`, `cache_write`, `cache_write_hour` (a part of
        `cache_write`), `output` and `reasoning`. A part without a name is priced as a part of its whole.
        Default: `input_tokens` and `output_tokens`.
    dimensions: Returns the dimensions of the rate card. Default: `model`, without the name of the provider.
    properties: Returns the properties of the use, of those that the feature has in the catalog. Default: none.
    expires_in_seconds: Time after which a reservation ends by itself, with the estimate.

    A denial of an asynchronous call raises `DenialError`. LiteLLM has no callback that can deny a synchronous one: its
    usage is recorded when it has happened.
    """

    def __init__(
        self,
        stackgate: Stackgate,
        *,
        feature: str,
        account_id: Callable[[Call], str] | None = None,
        quantities: Mapping[str, str] | None = None,
        dimensions: Callable[[Call], Mapping[str, str]] | None = None,
        properties: Callable[[Call], Mapping[str, str]] | None = None,
        expires_in_seconds: int = 300,
    ) -> None:
        super().__init__()
        self._stackgate = stackgate
        self._feature = feature
        self._account_id = account_id or _account_of
        self._names = {"input": "input_tokens", "output": "output_tokens", **(quantities or {})}
        self._dimensions = dimensions or _dimensions_of
        self._properties = properties or _no_properties
        self._expires_in_seconds = expires_in_seconds
        self._held: dict[str, Held] = {}

    async def async_pre_call_deployment_hook(self, kwargs: dict[str, Any], call_type: Any) -> dict[str, Any] | None:
        """Reserves the estimated tokens of a call. Raises `DenialError` if they are denied.

        Returns the call with the option by which streams have a report: LiteLLM sends it to OpenAI alone.
        """
        kind = getattr(call_type, "value", call_type)
        if kind not in METERED:
            return None
        await asyncio.to_thread(self._reserve, kwargs, kind)
        if kind not in STREAMED or not kwargs.get("stream"):
            return None
        return {**kwargs, "stream_options": {**(kwargs.get("stream_options") or {}), "include_usage": True}}

    async def async_log_success_event(self, kwargs: Call, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """Charges what the provider reported."""
        await asyncio.to_thread(self.log_success_event, kwargs, response_obj, start_time, end_time)

    async def async_log_failure_event(self, kwargs: Call, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """Ends the reservation: with the estimate if the provider may have done work."""
        await asyncio.to_thread(self.log_failure_event, kwargs, response_obj, start_time, end_time)

    def log_success_event(self, kwargs: Call, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """As `async_log_success_event`. Records the usage of a call without a reservation."""
        key = str(kwargs["litellm_call_id"])
        held = self._held.pop(key, None)
        usage = read_usage(member(response_obj, "usage"), _model_of(kwargs))
        if usage is not None and usage.unexplained > 0:
            log.warning("%d tokens of the total are in no part", usage.unexplained, extra={"key": key})
        try:
            if usage is None:
                if held is not None:
                    self._end(held, work=held.expected)
                return
            if held is None:
                self._track(kwargs, key, usage.own())
            elif _is_count_of_litellm(kwargs, response_obj):
                self._end(held, work=self._work(usage.own(), held.dimensions))
            else:
                self._commit(held, self._work(usage.own(), held.dimensions), _cost_of(response_obj))
            for model, tokens in usage.other_models.items():
                self._track({**kwargs, "model": model}, f"{key}-{model}", tokens)
        except StackgateError as error:
            # The reservation ends by itself with the estimate.
            log.error("usage not recorded: %s", error, extra={"key": key, "code": error.code})

    def log_failure_event(self, kwargs: Call, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """As `async_log_failure_event`."""
        key = str(kwargs.get("litellm_call_id"))
        held = self._held.pop(key, None)
        if held is None:
            return
        try:
            if not _is_uncertain(kwargs.get("exception")):
                self._end(held, estimate=0)
            else:
                self._end(held, work=held.expected)
        except StackgateError as error:
            log.error("reservation not ended: %s", error, extra={"key": key, "code": error.code})

    def _reserve(self, kwargs: Call, kind: str) -> None:
        key = str(kwargs["litellm_call_id"])
        dimensions = self._dimensions(kwargs)
        prompt = kwargs.get("messages") or kwargs.get("input") or kwargs.get("prompt") or ""
        tokens = max(1, math.ceil(_characters_of(prompt) / CHARACTERS_PER_TOKEN))
        limit = kwargs.get("max_completion_tokens") or kwargs.get("max_tokens") or DEFAULT_OUTPUT
        expected = self._work({"input": tokens}, dimensions)
        reserved = expected if kind == "aembedding" else self._work({"input": tokens, "output": int(limit)}, dimensions)
        result = self._stackgate.reserve(
            account_id=self._account_id(kwargs),
            feature=self._feature,
            work=reserved,
            properties=dict(self._properties(kwargs)) or UNSET,
            on_expiry="commit_estimate",
            expires_in_seconds=self._expires_in_seconds,
            idempotency_key=key,
        )
        if not result.ok:
            raise DenialError(result.denial, None)
        self._held[key] = Held(result.value["id"], dimensions, expected)

    def _track(self, kwargs: Call, key: str, tokens: Tokens) -> None:
        """Records usage that has happened, whatever is available."""
        work = self._work(tokens, self._dimensions(kwargs))
        if not work["quantities"]:
            return
        event: UsageEvent = {"account_id": self._account_id(kwargs), "feature": self._feature, "work": work, "key": key}
        event["properties"] = self._properties(kwargs)
        result = self._stackgate.track([event])
        if not result.ok or result.value.rejected:
            log.error("usage not recorded: %s", result, extra={"key": key, "code": "REJECTED"})

    def _commit(self, held: Held, work: Work, cost: str | None) -> None:
        if not work["quantities"]:
            self._end(held, estimate=0)
            return

        def commit() -> Result[Consumption]:
            return self._stackgate.commit(
                reservation_id=held.reservation_id,
                work=work,
                provider_cost=UNSET if cost is None else cost,
                idempotency_key=f"commit-{held.reservation_id}",
            )

        try:
            if commit().ok:
                return
            # Units are missing. After the end of the reservation, the work is recorded as a fact.
            self._end(held)
            time.sleep(END_SECONDS + 0.1)
            late = commit()
            if not late.ok:
                raise DenialError(late.denial, None)
        except StackgateError as error:
            if error.code not in CHARGED:
                raise

    def _end(self, held: Held, *, estimate: int | Unset = UNSET, work: Work | Unset = UNSET) -> None:
        try:
            result = self._stackgate.extend(
                reservation_id=held.reservation_id, expires_in_seconds=END_SECONDS, estimate=estimate, work=work
            )
            if not result.ok and work is not UNSET:
                self._end(held)
        except StackgateError as error:
            if error.code not in CHARGED:
                raise

    def _work(self, tokens: Mapping[str, int], dimensions: Mapping[str, str]) -> Work:
        quantities: dict[str, int] = {}

        def add(name: str, amount: int) -> int:
            """Counts tokens by their name of the rate card, and returns those that have one."""
            if name not in self._names or amount <= 0:
                return 0
            quantities[self._names[name]] = quantities.get(self._names[name], 0) + amount
            return amount

        hour = add("cache_write_hour", tokens.get("cache_write_hour", 0))
        cached = add("cached_input", tokens.get("cached_input", 0))
        stored = add("cache_write", tokens.get("cache_write", 0) - hour)
        add("input", tokens.get("input", 0) - hour - cached - stored)
        reasoning = add("reasoning", tokens.get("reasoning", 0))
        add("output", tokens.get("output", 0) - reasoning)
        return {"quantities": quantities, "dimensions": dict(dimensions)}


def _is_uncertain(error: BaseException | None) -> bool:
    """Whether an error, or one that led to it, leaves open what the provider did."""
    while error is not None:
        if any(kind.__name__ in UNCERTAIN for kind in type(error).__mro__):
            return True
        error = error.__cause__ or error.__context__
    return False


def _account_of(kwargs: Call) -> str:
    for found in (kwargs.get("metadata"), (kwargs.get("litellm_params") or {}).get("metadata")):
        if found and "stackgate_account" in found:
            return str(found["stackgate_account"])
    raise StackgateError("The call has no `stackgate_account` in its metadata.", code="CONFIGURATION")


def _dimensions_of(kwargs: Call) -> Mapping[str, str]:
    return {"model": _model_of(kwargs)}


def _model_of(kwargs: Call) -> str:
    """The model without the name of the provider."""
    return str(kwargs.get("model", "")).split("/", 1)[-1]


def _is_count_of_litellm(kwargs: Call, response: Any) -> bool:
    """Whether the usage of a stream is what LiteLLM counts if the provider reports none. No member of it says so."""
    usage = member(response, "usage")
    choices = member(response, "choices")
    if not kwargs.get("stream") or not choices or member(usage, "prompt_tokens_details") is not None:
        return False
    from litellm import token_counter  # type: ignore[import-not-found, unused-ignore]

    model = str(kwargs["model"])
    text = member(member(choices[0], "message"), "content") or ""
    counted = token_counter(model=model, text=text, count_response_tokens=True)
    if member(usage, "completion_tokens") != counted:
        return False
    prompt = token_counter(model=model, messages=kwargs.get("messages") or [], tools=kwargs.get("tools"))
    return bool(member(usage, "prompt_tokens") == prompt)


def _no_properties(_kwargs: Call) -> Mapping[str, str]:
    return {}


def _cost_of(response: Any) -> str | None:
    """Cost in US dollars of providers that state it, such as OpenRouter."""
    cost = member(member(response, "usage"), "cost")
    if not isinstance(cost, int | float) or not 0 <= cost < MAX_COST:
        return None
    return f"{cost:.12f}".rstrip("0").rstrip(".")


def _characters_of(prompt: Any) -> int:
    if isinstance(prompt, str):
        return 0 if prompt.startswith("data:") else len(prompt)
    if isinstance(prompt, Mapping):
        return sum(_characters_of(member) for member in prompt.values())
    if isinstance(prompt, (list, tuple)):
        return sum(_characters_of(member) for member in prompt)
    return 0
