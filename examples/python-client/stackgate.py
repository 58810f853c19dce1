"""A client of Stackgate for services, with the standard library alone. Copy it.

Checks and usage over REST (docs/rest-api.md), recorded usage over GraphQL, verification of signed webhooks, and the
signatures of agents (docs/agent-protocol.md). Python 3.9 or later.
"""

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
import uuid


class StackgateError(Exception):
    """A request that neither succeeded nor was denied."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status = status
        self.code = code


class WebhookError(Exception):
    """A request that is no webhook of Stackgate. `reason`: headers, timestamp, signature or body."""

    def __init__(self, reason):
        super().__init__(f"The webhook was rejected: {reason}.")
        self.reason = reason


class Stackgate:
    """Checks and usage, with a service key of the scope `entitlements:write`."""

    def __init__(self, url, key, timeout=5.0, retries=2):
        self.url = url.rstrip("/")
        self.key = key
        self.timeout = timeout
        self.retries = retries

    def check(self, account_id, feature, amount=1):
        """Whether an account can use a feature now: `allowed`, `entitlement`, `denial`, `explain`."""
        return self._post("check", {"account_id": account_id, "feature": feature, "amount": amount})

    def consume(self, account_id, feature, amount=1, idempotency_key=None):
        """Uses units. Returns `{"ok": True, ...}`, or `{"ok": False, "denial": ...}` for 402 and 429."""
        body = {
            "account_id": account_id,
            "feature": feature,
            "amount": amount,
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
        }
        return self._post("consume", body)

    def record_usage(self, events):
        """Records usage that was counted elsewhere, at most 1,000 events, each with its own idempotencyKey."""
        query = """mutation RecordUsage($input: RecordUsageInput!) { recordUsage(input: $input) { __typename
          ... on RecordUsagePayload { accepted duplicates rejected { index code message } }
          ... on Denial { code message } } }"""
        answer = self._send("/graphql", {"query": query, "variables": {"input": {"events": events}}}, None)
        if answer.get("errors"):
            error = answer["errors"][0]
            raise StackgateError(200, error["extensions"]["code"], error["message"])
        return answer["data"]["recordUsage"]

    def _post(self, verb, body):
        answer = self._send(f"/api/v1/entitlements/{verb}", body, body["account_id"])
        return answer if "denial" in answer else {"ok": True, **answer}

    def _send(self, path, body, account):
        """Sends a request, and repeats it with the same key after temporary failures."""
        data = json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        if account:
            headers["X-Stackgate-Account"] = account
        for attempt in range(self.retries + 1):
            request = urllib.request.Request(self.url + path, data, headers, method="POST")
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                answer = _json(error.read())
                if error.code in (402, 429) and "code" in answer:
                    return {"ok": False, "denial": answer}
                if error.code < 500 or attempt == self.retries:
                    raise StackgateError(error.code, answer.get("code", "BAD_RESPONSE"), answer.get("message", str(error))) from error
            except (OSError, ValueError) as error:
                if attempt == self.retries:
                    raise StackgateError(None, "NETWORK", str(error)) from error
            time.sleep(0.1 * 2**attempt)
        raise AssertionError("unreachable")


def _json(data):
    try:
        value = json.loads(data)
        return value if isinstance(value, dict) else {}
    except ValueError:
        return {}


def _hmac(key, text):
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def verify_webhook(body, headers, secrets, now=None, tolerance=300):
    """The event of a signed webhook. `body`: the received bytes. `headers`: names in lower case. `secrets`: a list."""
    try:
        identifier, sent, signatures = (headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        sent_at = int(sent)
    except (KeyError, ValueError):
        raise WebhookError("headers") from None
    if abs((time.time() if now is None else now) - sent_at) > tolerance:
        raise WebhookError("timestamp")
    signed = f"{identifier}.{sent_at}.".encode() + body
    expected = [f"v1,{_hmac(base64.b64decode(secret.removeprefix('whsec_')), signed)}" for secret in secrets]
    if not any(hmac.compare_digest(one.encode(), other.encode()) for one in signatures.split(" ") for other in expected):
        raise WebhookError("signature")
    event = _json(body)
    if not isinstance(event.get("type"), str):
        raise WebhookError("body")
    return {"id": identifier, **event}


def agent_signatures(token, method, path, timestamp, request_id, body):
    """The headers `X-Agent-Signature` and `X-Agent-Signature-V2` of a request of an agent."""
    key = token.encode()
    lines = ["v2", method, path, timestamp, request_id, hashlib.sha256(body).hexdigest()]
    return {"X-Agent-Signature": _hmac(key, body), "X-Agent-Signature-V2": _hmac(key, "\n".join(lines).encode())}
