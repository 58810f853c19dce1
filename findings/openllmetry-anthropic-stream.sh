#!/usr/bin/env bash
# Guess: none about streams. That `gen_ai.usage.input_tokens` includes the cache (60 %) was right.
# Behavior: opentelemetry-instrumentation-anthropic 0.62.4 adds `output_tokens` of `message_start` to those of `message_delta`, which
# are already the total: 20 are reported as 21 for an answer that begins with 1. A whole answer has 20.
# Why users meet it: `gen_ai.usage.output_tokens` and the metric `gen_ai.client.token.usage` are compared with the bill or with what
# customers are charged. Each stream is a few tokens higher, also where nothing is cached.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check opentelemetry-instrumentation-anthropic==0.62.4 opentelemetry-sdk==1.45.2 \
  opentelemetry-semantic-conventions==0.66b2 anthropic==2.14.0
cat >case.py <<'PYTHON'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import anthropic
from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

USAGE = {"input_tokens": 10, "output_tokens": 20}
MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "model": "example", "content": [], "stop_sequence": None}
ENDED = {"stop_reason": "end_turn", "stop_sequence": None}
EVENTS = [
    {"type": "message_start", "message": {**MESSAGE, "stop_reason": None, "usage": {**USAGE, "output_tokens": 1}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Yes."}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": ENDED, "usage": {"output_tokens": 20}},
    {"type": "message_stop"},
]


class Provider(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        streamed = "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in EVENTS)
        whole = json.dumps({**MESSAGE, **ENDED, "content": [{"type": "text", "text": "Yes."}], "usage": USAGE})
        body = (streamed if asked.get("stream") else whole).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream" if asked.get("stream") else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = HTTPServer(("127.0.0.1", 0), Provider)
threading.Thread(target=server.serve_forever, daemon=True).start()
spans, tracers = InMemorySpanExporter(), TracerProvider()
tracers.add_span_processor(SimpleSpanProcessor(spans))
AnthropicInstrumentor().instrument(tracer_provider=tracers)
client = anthropic.Anthropic(api_key="example", base_url=f"http://127.0.0.1:{server.server_port}")
call = {"model": "example", "max_tokens": 100, "messages": [{"role": "user", "content": "Is it?"}]}
client.messages.create(**call)
for _ in client.messages.create(**call, stream=True):
    pass
with client.messages.stream(**call) as stream:
    print("SDK", stream.get_final_message().usage.output_tokens)
for span, form in zip(spans.get_finished_spans(), ("whole", "stream", "helper"), strict=True):
    print(form, span.attributes["gen_ai.usage.input_tokens"], span.attributes["gen_ai.usage.output_tokens"])
PYTHON
venv/bin/pip freeze | grep -E 'instrumentation-anthropic|^anthropic'
seen=$(venv/bin/python case.py)
echo "$seen"
[ "$seen" = 'SDK 20
whole 10 20
stream 10 21
helper 10 21' ]
