"""Uses every verb of the Python package, and prints the outcomes as JSON.

Arguments: `sync` or `async`, then `calls` and a number of calls, or the file with the wire vectors.
"""

import asyncio
import json
import os
import sys

from stackgate import AsyncStackgate, Stackgate, StackgateError, WebhookError, agent_signatures, verify_webhook

mode, task = sys.argv[1:3]
use = {"account_id": os.environ["STACKGATE_ACCOUNT"], "feature": "attribution_runs"}


class Synchronous:
    """An asynchronous client whose methods return results."""

    def __init__(self, client):
        self.client = client
        self.loop = asyncio.new_event_loop()

    def __getattr__(self, name):
        return lambda *positional, **named: self.loop.run_until_complete(
            getattr(self.client, name)(*positional, **named)
        )


def connect(**options):
    installation = (os.environ["STACKGATE_URL"], os.environ["STACKGATE_SECRET_KEY"])
    if mode == "sync":
        return Stackgate(*installation, **options)
    return Synchronous(AsyncStackgate(*installation, **options))


def calls(count):
    """Consumes a unit several times, and records usage once."""
    client = connect(timeout=1)
    usage = [{**use, "amount": 1, "key": f"python-{mode}-hostile-1"}]
    for call in [*[lambda: client.consume(**use)] * count, lambda: client.track(usage)]:
        try:
            result = call()
            yield "done" if result.ok else f"denied {result.denial.code}"
        except StackgateError as error:
            yield f"{error.status} {error.code} {str(error.idempotency_key is not None).lower()}: {error}"


def webhook_outcome(vector):
    try:
        return verify_webhook(vector["body"].encode(), vector["headers"], vector["secrets"], now=vector["now"]).type
    except WebhookError as error:
        return error.reason


def signatures_of(vector):
    names = {"method", "path", "timestamp"}
    fields = {name: vector[name] for name in names}
    return agent_signatures(vector["token"], **fields, request_id=vector["requestId"], body=vector["body"].encode())


def verbs(vectors):
    client = connect()
    checked = client.check(**use, amount=100)
    consumed = [client.consume(**use, amount=30, idempotency_key=f"python-{mode}-1").value for _ in range(2)]
    held = client.reserve(**use, amount=10).value
    committed = client.commit(reservation_id=held["id"], amount=4).value
    released = client.release(reservation_id=client.reserve(**use, amount=10).value["id"]).value
    denied = client.consume(**use, amount=90)
    event = {**use, "amount": 5, "key": f"python-{mode}-usage-1"}
    recorded = [client.track([event]).value for _ in range(2)]
    read = client.entitlements(account_id=use["account_id"], features=[use["feature"]])
    try:
        client.check(account_id="acc_none", feature=use["feature"])
        missing = "found"
    except StackgateError as error:
        missing = f"{error.status} {error.code}"
    client.close()
    if released["status"] != "released" or read[use["feature"]]["used"] != 39:
        raise AssertionError([released, read])
    checked_again = read[use["feature"]].keys() ^ checked.value["entitlement"].keys()
    if checked_again:
        raise AssertionError(f"entitlements of check and entitlements differ in {checked_again}")
    return {
        "signatures": [signatures_of(each) for each in vectors["agent"]],
        "webhooks": [webhook_outcome(each) for each in vectors["webhooks"]],
        "allowed": bool(checked),
        "consumed": [each["entitlement"]["used"] for each in consumed],
        "sameId": consumed[0]["id"] == consumed[1]["id"],
        "committed": [committed["amount"], committed["entitlement"]["used"]],
        "denied": denied.denial.code,
        "remedies": len(denied.denial.remedies) > 0,
        "recorded": [[each.accepted, each.duplicates] for each in recorded],
        "missing": missing,
    }


if task == "calls":
    print(json.dumps(list(calls(int(sys.argv[3])))))
else:
    with open(task, encoding="utf-8") as file:
        print(json.dumps(verbs(json.load(file))))
