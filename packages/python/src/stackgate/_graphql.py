"""Operations that exist in GraphQL only, with the names of REST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from ._accounts import text_id
from ._exchange import Exchange, Response, Service, denial_of, new_key, unexpected
from .errors import StackgateError
from .results import Denied, Done, RecordedUsage, RejectedEvent, Result
from .types import Entitlement, Work

RECORD_USAGE = """mutation StackgateRecordUsage($events: [UsageEventInput!]!) {
  recordUsage(events: $events) {
    acceptedCount duplicateCount rejected { index code message }
    denial { code message remedies { kind label url } }
  }
}"""

ENTITLEMENTS = """query StackgateEntitlements($accountId: ID!, $features: [String!]) {
  account(id: $accountId) {
    usage {
      entitlements(features: $features) {
        feature { code kind } granted unlimited limit used reserved remaining resetsAt percent nearLimit revision
        sources { kind code reason amount unlimited expiresAt }
        overage { plan { code } price { amount currency per } summary cost { decimal } units cap reserved remaining }
      }
    }
  }
}"""


class RequiredUsageEvent(TypedDict):
    """Members that every `UsageEvent` has."""

    account_id: str
    #: Code of a quota or credit feature.
    feature: str


class UsageEvent(RequiredUsageEvent, total=False):
    """Usage that was counted elsewhere: an amount, or work that the rate card of the feature prices."""

    #: Units, from 1. Required without `work`.
    amount: int
    work: Work
    #: Properties of the use by name, of those that the feature has in the catalog.
    properties: Mapping[str, str]
    #: Time of the use, within the current period of the feature. Default: the time of the request.
    at: datetime | str
    #: Identifies the use: an event that is sent again counts once. Default: a new key, which only covers this call.
    key: str
    #: Member of the account who used the units.
    user_id: str


def track(service: Service, events: Sequence[UsageEvent]) -> Exchange[Result[RecordedUsage]]:
    """Records events, each with a key."""
    keys = tuple(new_key() if event.get("key") is None else event["key"] for event in events)
    keyed: list[dict[str, Any]] = [{**event, "key": key} for event, key in zip(events, keys)]
    if not keyed:
        return Done(RecordedUsage(0, 0, (), ()))
    try:
        accounts = [text_id(event.get("account_id"), "account_id") for event in keyed]
        variables = {"events": [_sent(event) for event in keyed]}
        data = yield from service.graphql(RECORD_USAGE, variables, accounts[0])
        payload = data.get("recordUsage")
        denial = payload.get("denial") if isinstance(payload, dict) else None
        if isinstance(denial, dict):
            return Denied(denial_of(_with_names_of_rest(denial), None))
        if not isinstance(payload, dict) or not {"acceptedCount", "duplicateCount", "rejected"} <= payload.keys():
            raise unexpected(Response(200, {}, b""), payload if isinstance(payload, dict) else data)
    except StackgateError as error:
        error.idempotency_keys = keys
        raise
    rejected = tuple(RejectedEvent(each["index"], each["code"], each["message"]) for each in payload["rejected"])
    return Done(RecordedUsage(payload["acceptedCount"], payload["duplicateCount"], rejected, keys))


def entitlements(service: Service, account_id: str, features: Sequence[str] | None) -> Exchange[dict[str, Entitlement]]:
    """The entitlements of an account by the codes of their features."""
    text_id(account_id, "account_id")
    variables = {"accountId": account_id, "features": None if features is None else list(features)}
    data = yield from service.graphql(ENTITLEMENTS, variables, account_id)
    account = data.get("account")
    if not isinstance(account, dict):
        raise StackgateError("Account not found.", code="NOT_FOUND", status=200)
    usage = account.get("usage")
    if not isinstance(usage, dict):
        raise StackgateError("The key cannot read the usage of the account.", code="FORBIDDEN", status=200)
    found = [_entitlement(each) for each in usage["entitlements"]]
    return {each["feature"]: each for each in found}


def _sent(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event with the names of GraphQL."""
    names = {"account_id": "accountId", "user_id": "userId"}
    sent = {names.get(name, name): value for name, value in event.items()}
    work = sent.get("work")
    if work is not None:
        sent["work"] = {
            "quantities": [{"name": name, "amount": amount} for name, amount in work["quantities"].items()],
            "dimensions": _named(work.get("dimensions", {})),
        }
    if sent.get("properties") is not None:
        sent["properties"] = _named(sent["properties"])
    return sent


def _named(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def _with_names_of_rest(denial: Mapping[str, Any]) -> dict[str, Any]:
    remedies = [{**each, "kind": str(each.get("kind")).lower()} for each in denial.get("remedies") or ()]
    return {**denial, "remedies": remedies}


def _entitlement(found: Mapping[str, Any]) -> Entitlement:
    overage = found.get("overage")
    result: Entitlement = {
        "feature": found["feature"]["code"],
        "kind": found["feature"]["kind"].lower(),
        "granted": found["granted"],
        "unlimited": found["unlimited"],
        "limit": found["limit"],
        "used": found["used"],
        "reserved": found["reserved"],
        "remaining": found["remaining"],
        "resets_at": found["resetsAt"],
        "percent": found["percent"],
        "near_limit": found["nearLimit"],
        "revision": found["revision"],
        "sources": [
            {
                "kind": source["kind"].lower(),
                "code": source["code"],
                "reason": source["reason"],
                "amount": source["amount"],
                "unlimited": source["unlimited"],
                "expires_at": source["expiresAt"],
            }
            for source in found["sources"]
        ],
    }
    if overage:
        result["overage"] = {
            "plan": overage["plan"]["code"] if overage["plan"] else "",
            "price": overage["price"]["amount"],
            "per": overage["price"]["per"],
            "currency": overage["price"]["currency"],
            "summary": overage["summary"],
            "cap": overage["cap"],
            "used": overage["units"],
            "reserved": overage["reserved"],
            "remaining": overage["remaining"],
            "cost": overage["cost"]["decimal"],
        }
    return result
