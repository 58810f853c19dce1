"""The clients of a service, over HTTP with httpx."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, TypeVar, cast

import httpx

from . import _graphql
from ._exchange import Exchange, Pause, Request, Response, Service, UnavailablePolicy
from ._graphql import UsageEvent
from ._operations import AsyncOperations, Operations
from .errors import NetworkError
from .results import Decision, RecordedUsage, Result
from .types import Entitlement

Value = TypeVar("Value")


class Stackgate(Operations):
    """Checks and usage of a service. All threads can share a client.

    url: Address of the installation, or that of GraphQL.
    key: Service key with the scope `entitlements:write`.
    timeout: Seconds of one attempt.
    retries: Repetitions after a temporary failure, with the same key.
    on_unavailable: `deny`, `allow`, or a function of the feature that returns one of them. Decides `check` while the
        server is unavailable. Default: the error is raised.
    http: Client that sends the requests, for example with a proxy. It is not closed. Default: a client of its own.

    Methods raise `StackgateError`. A denial is a result.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 5.0,
        retries: int = 2,
        on_unavailable: UnavailablePolicy = None,
        http: httpx.Client | None = None,
    ) -> None:
        self._service = Service(url, key, retries, on_unavailable)
        self._timeout = timeout
        self._http = httpx.Client() if http is None else http
        self._owns_http = http is None

    def track(self, events: Sequence[UsageEvent]) -> Result[RecordedUsage]:
        """Records usage that has happened: at most 1,000 events, each recorded whatever is available, or rejected as invalid."""
        return self._run(_graphql.track(self._service, events))

    def entitlements(self, *, account_id: str, features: Sequence[str] | None = None) -> dict[str, Entitlement]:
        """Returns the entitlements of an account by feature.

        features: Codes of features. Default: all.
        """
        return self._run(_graphql.entitlements(self._service, account_id, features))

    def close(self) -> None:
        """Closes the connections."""
        if self._owns_http:
            self._http.close()

    def __enter__(self) -> Stackgate:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, path: str, body: dict[str, Any], expected: type[Value]) -> Value:
        return self._run(self._service.read(path, body, expected))

    def _decide(self, path: str, body: dict[str, Any], expected: type[Value]) -> Decision[Value]:
        return self._run(self._service.decide(path, body, expected))

    def _act(self, path: str, body: dict[str, Any], expected: type[Value]) -> Result[Value]:
        return self._run(self._service.act(path, body, expected))

    def _run(self, exchange: Exchange[Value]) -> Value:
        received: Response | NetworkError | None = None
        while True:
            try:
                step = exchange.send(received)
            except StopIteration as end:
                return cast(Value, end.value)
            if isinstance(step, Pause):
                time.sleep(step.seconds)
                received = None
            else:
                received = self._send(step)

    def _send(self, request: Request) -> Response | NetworkError:
        end = time.monotonic() + self._timeout
        try:
            with self._http.stream("POST", request.url, **_options(request, self._timeout)) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if time.monotonic() > end:
                        return _timed_out(self._timeout)
                return Response(response.status_code, response.headers, bytes(body))
        except httpx.TimeoutException:
            return _timed_out(self._timeout)
        except httpx.HTTPError as error:
            return _failed(request, error)


class AsyncStackgate(AsyncOperations):
    """As `Stackgate`, for asyncio."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 5.0,
        retries: int = 2,
        on_unavailable: UnavailablePolicy = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._service = Service(url, key, retries, on_unavailable)
        self._timeout = timeout
        self._http = httpx.AsyncClient() if http is None else http
        self._owns_http = http is None

    async def track(self, events: Sequence[UsageEvent]) -> Result[RecordedUsage]:
        """Records usage that has happened: at most 1,000 events, each recorded whatever is available, or rejected as invalid."""
        return await self._run(_graphql.track(self._service, events))

    async def entitlements(self, *, account_id: str, features: Sequence[str] | None = None) -> dict[str, Entitlement]:
        """Returns the entitlements of an account by feature.

        features: Codes of features. Default: all.
        """
        return await self._run(_graphql.entitlements(self._service, account_id, features))

    async def close(self) -> None:
        """Closes the connections."""
        if self._owns_http:
            await self._http.aclose()

    async def __aenter__(self) -> AsyncStackgate:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def _read(self, path: str, body: dict[str, Any], expected: type[Value]) -> Value:
        return await self._run(self._service.read(path, body, expected))

    async def _decide(self, path: str, body: dict[str, Any], expected: type[Value]) -> Decision[Value]:
        return await self._run(self._service.decide(path, body, expected))

    async def _act(self, path: str, body: dict[str, Any], expected: type[Value]) -> Result[Value]:
        return await self._run(self._service.act(path, body, expected))

    async def _run(self, exchange: Exchange[Value]) -> Value:
        received: Response | NetworkError | None = None
        while True:
            try:
                step = exchange.send(received)
            except StopIteration as end:
                return cast(Value, end.value)
            if isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
                received = None
            else:
                received = await self._send(step)

    async def _send(self, request: Request) -> Response | NetworkError:
        options = _options(request, self._timeout)
        try:
            response = await asyncio.wait_for(self._http.post(request.url, **options), self._timeout)
        except (httpx.TimeoutException, asyncio.TimeoutError):
            return _timed_out(self._timeout)
        except httpx.HTTPError as error:
            return _failed(request, error)
        return Response(response.status_code, response.headers, response.content)


def _options(request: Request, timeout: float) -> dict[str, Any]:
    return {
        "content": request.content,
        "headers": dict(request.headers),
        "timeout": timeout,
        "follow_redirects": False,
    }


def _timed_out(timeout: float) -> NetworkError:
    return NetworkError(f"No complete response within {timeout:g} s.")


def _failed(request: Request, error: httpx.HTTPError) -> NetworkError:
    failure = NetworkError(f"No response from {request.url}: {error}")
    failure.__cause__ = error
    return failure
