"""Uses every function of the client once, and prints the results as JSON. Arguments: the file with the wire vectors."""

import json
import os
import sys

from stackgate import DenialError, Stackgate, StackgateError, WebhookError, agent_signatures, verify_webhook

account, feature = os.environ["STACKGATE_ACCOUNT"], "attribution_runs"
if sys.argv[1] == "calls":
    # Consumes a unit as often as the argument says, records usage once, and prints the outcomes as JSON.
    client = Stackgate(os.environ["STACKGATE_URL"], os.environ["STACKGATE_KEY"], timeout=1)
    outcomes = []
    usage = {"accountId": account, "feature": feature, "key": "python-hostile-1"}
    calls = [lambda: client.consume(account_id=account, feature=feature)] * int(sys.argv[2])
    for call in [*calls, lambda: client.record_usage([usage])]:
        try:
            call()
            outcomes.append("done")
        except DenialError as error:
            outcomes.append(f"denied {error.code}")
        except StackgateError as error:
            has_key = str(error.idempotency_key is not None).lower()
            outcomes.append(f"{error.status} {error.code} {has_key}: {error}")
    print(json.dumps(outcomes))
    sys.exit()

with open(sys.argv[1], encoding="utf-8") as file:
    vectors = json.load(file)

signatures = [
    agent_signatures(v["token"], v["method"], v["path"], v["timestamp"], v["requestId"], v["body"].encode())
    for v in vectors["agent"]
]


def outcome(vector):
    try:
        event = verify_webhook(vector["body"].encode(), vector["headers"], vector["secrets"], now=vector["now"])
        return event["type"]
    except WebhookError as error:
        return error.reason


webhooks = [outcome(vector) for vector in vectors["webhooks"]]

client = Stackgate(os.environ["STACKGATE_URL"], os.environ["STACKGATE_KEY"])
checked = client.check_entitlement(account_id=account, feature=feature, amount=100)
consumed = [
    client.consume(account_id=account, feature=feature, amount=30, idempotency_key="python-1") for _ in range(2)
]
held = client.reserve(account_id=account, feature=feature, amount=10)
committed = client.commit_reservation(reservation_id=held["id"], amount=4)
try:
    client.consume(account_id=account, feature=feature, amount=90)
    denial = {"code": "none", "remedies": []}
except DenialError as error:
    denial = error.denial
event = {"accountId": account, "feature": feature, "amount": 5, "key": "python-usage-1"}
recorded = [client.record_usage([event]) for _ in range(2)]
try:
    client.check_entitlement(account_id="acc_none", feature=feature)
    missing = "found"
except StackgateError as error:
    missing = f"{error.status} {error.code}"

print(
    json.dumps(
        {
            "signatures": signatures,
            "webhooks": webhooks,
            "allowed": checked["allowed"],
            "consumed": [each["entitlement"]["used"] for each in consumed],
            "sameId": consumed[0]["id"] == consumed[1]["id"],
            "committed": [committed["amount"], committed["entitlement"]["used"]],
            "denied": denial["code"],
            "remedies": len(denial["remedies"]) > 0,
            "recorded": [[each["acceptedCount"], each["duplicateCount"]] for each in recorded],
            "missing": missing,
        }
    )
)
