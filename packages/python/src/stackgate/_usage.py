"""Tokens of a report of a provider, by the rules of `reported-usage.ts` of the client for TypeScript."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: Tokens of a call. `cached_input` and `cache_write` are parts of `input`, `cache_write_hour` is one of `cache_write`,
#: and `reasoning` is one of `output`.
Tokens = Mapping[str, int]
Form = tuple[dict[str, int], frozenset[str]]

NAMES = ("input", "cached_input", "cache_write", "cache_write_hour", "output", "reasoning")
#: The earlier part counts, of two placements that explain a total equally.
PARTS = ("reasoning", "cached_input", "cache_write")
#: Iterations that the sums of Anthropic contain. Those of compaction and of advisors are outside of them.
SERVED = ("message", "fallback_message")
#: End of the name of a dated version of a model.
DATED = re.compile(r"[-@:]?(\d{8}|\d{4}-\d{2}-\d{2}|latest)$")
#: More is no count of tokens.
MAX_COUNT = 1e12
CACHE = frozenset({"cached_input", "cache_write"})


@dataclass(frozen=True)
class Usage:
    """Tokens of a call, those that no part of the total explains, and the parts that other models did."""

    tokens: Tokens
    unexplained: int
    other_models: Mapping[str, Tokens]

    def own(self) -> Tokens:
        """Tokens of the model of the call alone."""
        if not self.other_models:
            return self.tokens
        rest = self.tokens
        for other in self.other_models.values():
            rest = _combine(rest, other, lambda left, right: max(0, left - right))
        cached = min(rest["cached_input"], rest["input"])
        stored = min(rest["cache_write"], rest["input"] - cached)
        hour = min(rest["cache_write_hour"], stored)
        reasoning = min(rest["reasoning"], rest["output"])
        parts = {"cached_input": cached, "cache_write": stored, "cache_write_hour": hour, "reasoning": reasoning}
        return {**rest, **parts}


def read_usage(report: Any, model: str = "") -> Usage | None:
    """The tokens of a report in the form of a provider or of an SDK. None if it reports no tokens.

    Whatever the form, `input` and `output` are together never less than the total that the report states, and parts are
    never more than their wholes.
    """
    form = _counts_of(report)
    if form is None:
        return None
    stated, unexplained = _placed(*form)
    tokens, others = _with_iterations(report, stated, model)
    return Usage(tokens, unexplained, others)


def _counts_of(report: Any) -> Form | None:
    def has(*names: str) -> bool:
        return any(member(report, name) is not None for name in names)

    def of(name: str) -> int:
        return _count(member(report, name))

    if has("promptTokenCount", "candidatesTokenCount", "totalTokenCount"):
        google = {
            "input": of("promptTokenCount") + of("toolUsePromptTokenCount"),
            "cached_input": of("cachedContentTokenCount"),
            "output": of("candidatesTokenCount") or of("responseTokenCount"),
            "reasoning": of("thoughtsTokenCount"),
            "total": of("totalTokenCount"),
        }
        return google, frozenset({"reasoning"})
    if any(_is_number(member(report, name)) for name in ("inputTokens", "outputTokens")):
        bedrock = {
            "input": of("inputTokens"),
            "cached_input": of("cachedInputTokens") or of("cacheReadInputTokens"),
            "cache_write": of("cacheWriteInputTokens"),
            "output": of("outputTokens"),
            "reasoning": of("reasoningTokens"),
            "total": of("totalTokens"),
        }
        return bedrock, CACHE if has("cacheReadInputTokens", "cacheWriteInputTokens") else frozenset()
    if not has("prompt_tokens", "completion_tokens", "input_tokens", "output_tokens", "total_tokens"):
        return None
    is_chat = has("prompt_tokens", "completion_tokens")
    details = member(report, "prompt_tokens_details", "input_tokens_details")
    written = member(report, "completion_tokens_details", "output_tokens_details")
    stored = member(details, "cache_creation_token_details") or member(report, "cache_creation")
    hour = _count(member(stored, "ephemeral_1h_input_tokens"))
    counts = {
        "input": of("prompt_tokens") or of("input_tokens"),
        "cached_input": _count(member(details, "cached_tokens"))
        or of("cache_read_input_tokens")
        or of("prompt_cache_hit_tokens")
        or of("cached_tokens"),
        "cache_write": _count(member(details, "cache_write_tokens"))
        or _count(member(details, "cache_creation_tokens"))
        or of("cache_creation_input_tokens")
        or of("cache_write_tokens")
        or hour + _count(member(stored, "ephemeral_5m_input_tokens")),
        "cache_write_hour": hour,
        "output": of("completion_tokens") or of("output_tokens"),
        "reasoning": _count(member(written, "reasoning_tokens"))
        or _count(member(written, "thinking_tokens"))
        or of("reasoning_tokens"),
        "total": of("total_tokens"),
    }
    is_anthropic = not is_chat and has("cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation")
    return counts, CACHE if is_anthropic else frozenset()


def _placed(counts: Mapping[str, int], beside: frozenset[str]) -> tuple[Tokens, int]:
    """The counts with each part in its whole, and the tokens that no placement explains, which are output.

    The total decides where the report has one, then the form.
    """
    part = {name: counts.get(name, 0) for name in (*NAMES, "total")}
    total = part["total"]
    best: tuple[int, int, int] | None = None
    for mask in range(2 ** len(PARTS)):
        out = {name for index, name in enumerate(PARTS) if mask & (1 << index)}
        tokens_in = part["input"] + sum(part[name] for name in CACHE & out)
        tokens_out = part["output"] + (part["reasoning"] if "reasoning" in out else 0)
        if part["cached_input"] + part["cache_write"] > tokens_in or part["reasoning"] > tokens_out:
            continue
        moved = sum(1 for name in PARTS if part[name] > 0 and (name in out) != (name in beside))
        rank = (0 if tokens_in + tokens_out == total else 2 ** len(PARTS)) + moved
        if best is None or rank < best[0]:
            best = (rank, tokens_in, tokens_out)
    assert best is not None, "with all parts beside, each placement is possible"
    _, tokens_in, tokens_out = best
    unexplained = max(0, total - tokens_in - tokens_out)
    hour = min(part["cache_write_hour"], part["cache_write"])
    tokens = {name: part[name] for name in NAMES}
    return {**tokens, "input": tokens_in, "output": tokens_out + unexplained, "cache_write_hour": hour}, unexplained


def _with_iterations(report: Any, stated: Tokens, model: str) -> tuple[Tokens, Mapping[str, Tokens]]:
    """A report with its iterations, which name what other models did. LiteLLM adds all of them to its sums."""
    iterations = []
    for value in member(report, "iterations") or ():
        form = _counts_of(value)
        if form is not None:
            iterations.append((member(value, "type"), str(member(value, "model") or ""), _placed(*form)[0]))
    if not iterations:
        return stated, {}
    every = _sum(tokens for _, _, tokens in iterations)
    is_summed = member(report, "prompt_tokens") is not None and all(
        stated[name] >= every[name] for name in ("input", "output")
    )
    served = _sum(tokens for kind, _, tokens in iterations if kind in SERVED)
    beside = _sum(tokens for kind, _, tokens in iterations if kind not in SERVED)
    tokens = stated if is_summed else _combine(_larger(stated, served), beside, _add)
    main = model or next((name for kind, name, _ in iterations if kind == "message"), "")
    others = dict.fromkeys(
        name for kind, name, _ in iterations if kind != "message" and name and _undated(name) != _undated(main)
    )
    return tokens, {other: _sum(one for _, name, one in iterations if name == other) for other in others}


def _larger(one: Tokens, other: Tokens) -> Tokens:
    """The larger one of two sums of the same input, and of the same output. Only one of them may tell parts apart."""
    sent = other if other["input"] > one["input"] else one
    return {
        **sent,
        "output": max(one["output"], other["output"]),
        "reasoning": max(one["reasoning"], other["reasoning"]),
    }


def _sum(parts: Iterable[Tokens]) -> Tokens:
    total: Tokens = dict.fromkeys(NAMES, 0)
    for part in parts:
        total = _combine(total, part, _add)
    return total


def _add(left: int, right: int) -> int:
    return left + right


def _combine(left: Tokens, right: Tokens, by: Callable[[int, int], int]) -> Tokens:
    return {name: by(left[name], right[name]) for name in NAMES}


def _undated(model: str) -> str:
    return DATED.sub("", model.rsplit("/", 1)[-1])


def member(value: Any, *names: str) -> Any:
    """The first member that is not None, of an object or a dictionary."""
    for name in names:
        found = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
        if found is not None:
            return found
    return None


def _count(value: Any) -> int:
    """A number of tokens. What is none is 0."""
    return math.ceil(value) if _is_number(value) and 0 < value <= MAX_COUNT else 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
