"""A server that treats requests as a test says, and both clients."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from stackgate import AsyncStackgate, Stackgate

ENTITLEMENT = {
    "feature": "ai_stories",
    "kind": "quota",
    "granted": True,
    "unlimited": False,
    "limit": 25,
    "used": 3,
    "reserved": 0,
    "remaining": 22,
    "resets_at": None,
    "percent": 12,
    "near_limit": False,
    "sources": [],
    "revision": 7,
}
CONSUMPTION = {
    "id": "con_1",
    "feature": "ai_stories",
    "amount": 1,
    "taken": [],
    "at": "2026-01-15T10:00:00.000Z",
    "entitlement": ENTITLEMENT,
}


@dataclass
class Received:
    """A request that arrived."""

    path: str
    headers: dict[str, str]
    body: Any
    at: float


@dataclass
class Answer:
    """A response, or `cut` to end the connection, `half` to send a part, `silent` to send nothing, `slow` to drip."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass
class Server:
    """Treats requests in the order of `answers`. The last one repeats."""

    url: str
    answers: list[Answer] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    @property
    def keys(self) -> set[str]:
        """The distinct keys of the requests."""
        return {request.body["idempotency_key"] for request in self.received}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Server

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.script.received.append(Received(self.path, headers, json.loads(text), time.monotonic()))
        answer = self.script.answers.pop(0) if len(self.script.answers) > 1 else self.script.answers[0]
        self.close_connection = bool(answer.fault)
        if answer.fault == "cut":
            return
        if answer.fault == "silent":
            time.sleep(1)
            return
        body = answer.body.encode() if isinstance(answer.body, str) else json.dumps(answer.body).encode()
        self.send_response_only(answer.status)
        sent = {"content-type": "application/json", "content-length": str(len(body)), **answer.headers}
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            if answer.fault == "slow":
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.05)
            else:
                self.wfile.write(body[: len(body) // 2] if answer.fault == "half" else body)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[Server]:
    class Scripted(Handler):
        pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    listener.daemon_threads = True
    Scripted.script = Server(f"http://127.0.0.1:{listener.server_port}")
    threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield Scripted.script
    listener.shutdown()
    listener.server_close()


#: Calls a method of a client: its name, its arguments, and the options of the client.
Call = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest, server: Server) -> Call:
    def run(name: str, *arguments: Any, options: dict[str, Any] | None = None, **named: Any) -> Any:
        if request.param == "sync":
            with Stackgate(server.url, "sk_1", **(options or {})) as client:
                return getattr(client, name)(*arguments, **named)

        async def run_async() -> Any:
            async with AsyncStackgate(server.url, "sk_1", **(options or {})) as client:
                return await getattr(client, name)(*arguments, **named)

        return asyncio.run(run_async())

    return run


@pytest.fixture(scope="session")
def vectors() -> Any:
    """Signed messages that the code of the server wrote."""
    return json.loads((Path(__file__).parents[3] / "examples/wire-vectors.json").read_text(encoding="utf-8"))
