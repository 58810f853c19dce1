"""What is left out, None and empty are three things, for each argument of each method. A customer without a text is nobody."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from conftest import Answer, Server
from stackgate import UNSET, AsyncStackgate, Stackgate, StackgateError, customer

EMPTY = {"str": "", "int": 0, "float": 0, "bool": False, "list": [], "dict": {}, "Any": {}}
VALUE = {"str": "x", "int": 1, "float": 1.5, "bool": True, "list": ["x"], "dict": {"a": "b"}, "Any": {"a": None}}


def kind_of(annotation: str) -> str:
    """The kind of a value that an annotation takes: of an object, that of a dictionary."""
    name = annotation.split(" | ")[0].split("[")[0]
    return name if name in EMPTY else "dict"


def methods() -> Iterator[tuple[str, dict[str, inspect.Parameter]]]:
    for name, method in inspect.getmembers(Stackgate, inspect.isfunction):
        parameters = dict(inspect.signature(method).parameters)
        parameters.pop("self")
        if not name.startswith("_") and name not in ("close", "track", "entitlements"):
            yield name, parameters


def needed(parameters: dict[str, inspect.Parameter]) -> dict[str, Any]:
    return {
        name: "customer:42" if name == "account_id" else VALUE[kind_of(str(each.annotation))]
        for name, each in parameters.items()
        if each.default is inspect.Parameter.empty
    }


ARGUMENTS = [
    pytest.param(method, name, id=f"{method}-{name}")
    for method, parameters in methods()
    for name, each in parameters.items()
    if each.default is UNSET and name != "account_id"
]


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.mark.parametrize(("method", "name"), ARGUMENTS)
def test_sends_what_is_given_and_nothing_else(server: Server, http: httpx.Client, method: str, name: str) -> None:
    parameters = dict(methods())[method]
    annotation = str(parameters[name].annotation)
    others = needed(parameters)
    server.answers = [Answer(body={})]
    values = [UNSET, EMPTY[kind_of(annotation)], VALUE[kind_of(annotation)]]
    if "None" in annotation:
        values.append(None)
    client = Stackgate(server.url, "sk_1", retries=0, http=http)
    for value in values:
        # The empty answer is none of the server.
        with pytest.raises(StackgateError, match="an empty JSON object"):
            getattr(client, method)(**others, **{name: value})
    wire = name.rstrip("_")
    sent = [request.body for request in server.received]
    assert wire not in sent[0]
    assert [body[wire] for body in sent[1:]] == values[1:]
    assert all(set(body) - {wire, "idempotency_key"} == {each.rstrip("_") for each in others} for body in sent)


def test_has_methods_to_test() -> None:
    assert len(ARGUMENTS) > 80
    assert len({method for method, _ in (each.values for each in ARGUMENTS)}) > 20


class User:
    def __str__(self) -> str:
        return "ann"


NOT_TEXTS: list[Any] = [
    None,
    float("nan"),
    0,
    42,
    True,
    "",
    " ",
    "\n\t",
    "\u200b\u2060",
    "\u202e",
    b"ann",
    [],
    ["ann"],
    {},
    object(),
    User(),
    User,
    asyncio.sleep,
]


def calls_about(value: Any) -> list[tuple[str, tuple[Any, ...], dict[str, Any]]]:
    """Each method that takes an account, with its arguments."""
    event = {"account_id": "customer:42", "feature": "a"}
    named = [(name, (), {**needed(each), "account_id": value}) for name, each in methods() if "account_id" in each]
    assert len(named) > 15
    return [*named, ("entitlements", (), {"account_id": value}), ("track", ([event, {**event, "account_id": value}],), {})]


def expect_nobody(found: pytest.ExceptionInfo[StackgateError]) -> None:
    assert (found.value.code, found.value.status) == ("UNAUTHENTICATED", 401)


def test_refuses_an_account_without_a_text(server: Server, http: httpx.Client) -> None:
    client = Stackgate(server.url, "sk_1", http=http)
    for value in NOT_TEXTS:
        for name, arguments, named in calls_about(value):
            with pytest.raises(StackgateError) as found:
                getattr(client, name)(*arguments, **named)
            expect_nobody(found)
        with pytest.raises(StackgateError, match="The ID of a customer must be a text, not ") as found:
            customer(value)
        expect_nobody(found)
    assert server.received == []


def test_refuses_an_account_without_a_text_with_asyncio(server: Server) -> None:
    async def run() -> None:
        async with AsyncStackgate(server.url, "sk_1") as client:
            for value in NOT_TEXTS:
                for name, arguments, named in calls_about(value):
                    with pytest.raises(StackgateError) as found:
                        await getattr(client, name)(*arguments, **named)
                    expect_nobody(found)

    asyncio.run(run())
    assert server.received == []


def test_names_the_account_of_a_customer() -> None:
    assert customer("42") == "customer:42"
