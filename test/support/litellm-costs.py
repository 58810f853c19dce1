"""Prints the cost that LiteLLM computes for calls: `[model, input, cached, output]` of each, as JSON on the standard input."""

import json
import sys

import litellm
from litellm.types.utils import PromptTokensDetailsWrapper, Usage
from litellm.litellm_core_utils.llm_cost_calc.utils import generic_cost_per_token


def cost_of(model: str, provider: str, prompt: int, cached: int, completion: int) -> float | None:
    usage = Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        total_tokens=prompt + completion,
        prompt_tokens_details=PromptTokensDetailsWrapper(cached_tokens=cached),
    )
    try:
        return sum(generic_cost_per_token(model=model, usage=usage, custom_llm_provider=provider))
    except Exception as error:
        print(f"{model}: {error!r}", file=sys.stderr)
        return None


litellm.suppress_debug_info = True
print(json.dumps([cost_of(*call) for call in json.load(sys.stdin)]))
