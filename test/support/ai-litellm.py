"""An application that calls models with LiteLLM, metered. It prints a line of JSON when a call begins."""

import asyncio
import json
import sys

import litellm
from stackgate import Stackgate
from stackgate.litellm import StackgateLogger

settings = json.loads(sys.argv[1])
names = {"cached_input": "cached_tokens", "reasoning": "reasoning_tokens"}
stackgate = Stackgate(settings["url"], settings["key"])
litellm.callbacks = [StackgateLogger(stackgate, feature="ai_credits", quantities=names)]
litellm.suppress_debug_info = True


async def call(number: int, kind: str) -> None:
    key = f"s{settings['seed']}-{number}"
    print(json.dumps({"word": "began", "key": key}), flush=True)
    accounts = settings["accounts"]
    shared = {
        "model": "openai/large",
        "api_base": settings["provider"],
        "api_key": "key",
        "timeout": settings["timeoutMs"] / 1000,
        "max_retries": 0,
        "litellm_call_id": key,
        "metadata": {"stackgate_account": accounts[number % len(accounts)]},
    }
    messages = [{"role": "user", "content": f"call {key} hello"}]
    try:
        if kind.startswith("embed"):
            await litellm.aembedding(input=[f"call {key} hello"], **shared)
        elif "Stream" in kind or kind == "streamText":
            options = {"stream": True, "stream_options": {"include_usage": True}}
            async for _chunk in await litellm.acompletion(messages=messages, **options, **shared):
                pass
        else:
            await litellm.acompletion(messages=messages, **shared)
    except Exception as error:
        print(f"{key}: {error!r}", file=sys.stderr)


async def main() -> None:
    waiting = list(enumerate(settings["kinds"]))

    async def work() -> None:
        while waiting:
            await call(*waiting.pop(0))

    await asyncio.gather(*(work() for _ in range(8)))
    # LiteLLM calls its callbacks behind the response.
    await asyncio.sleep(5)


asyncio.run(main())
