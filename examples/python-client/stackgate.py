"""A client of Stackgate for services, with the standard library alone. Copy it together with `operations.py`.

Requests to the operations that are generated in `operations.py`, verification of signed webhooks, and the signatures of
agents (docs/agent-protocol.md). Python 3.9 or later.
"""

import base64
import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.request

from operations import Denial, Operations


class StackgateError(Exception):
    """A request that did not succeed.

    `idempotency_key` is that of the call. The call can have been executed: repeat it with this key, which has no second effect.
    """

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status = status
        self.code = code
        self.idempotency_key = None


class DenialError(StackgateError):
    """An expected refusal. `denial` has its code, its message, and the steps that lift it."""

    def __init__(self, status, denial):
        super().__init__(status, denial["code"], denial["message"])
        self.denial: Denial = denial


class WebhookError(Exception):
    """A request that is no webhook of Stackgate. `reason`: headers, timestamp, signature or body."""

    def __init__(self, reason):
        super().__init__(f"The webhook was rejected: {reason}.")
        self.reason = reason


#: Codes of statuses that proxies respond with.
CODES = {429: "RATE_LIMITED", 502: "UNAVAILABLE", 503: "UNAVAILABLE", 504: "UNAVAILABLE"}
#: The longest time that a server can ask for between two attempts, in seconds. A longer one is raised as an error.
MAX_WAIT = 2
#: Members of another service's response that an error names.
MAX_NAMES = 5


class Stackgate(Operations):
    """Checks and usage, with a service key of the scope `entitlements:write`. `operations.py` has the methods."""

    def __init__(self, url, key, timeout=5.0, retries=2):
        self.url = url.rstrip("/")
        self.key = key
        self.timeout = timeout
        self.retries = retries

    def _post(self, path, body, expected):
        sent = {name: value for name, value in body.items() if value is not None}
        try:
            return _checked(self._send(path, sent, body.get("account_id")), expected)
        except StackgateError as error:
            error.idempotency_key = body.get("idempotency_key")
            raise

    def _mutate(self, document, field, variables, expected):
        response = self._send("/graphql", {"query": document, "variables": variables}, None)
        try:
            error = response["errors"][0]
            raise StackgateError(200, error["extensions"]["code"], error["message"])
        except (KeyError, IndexError, TypeError):
            pass
        try:
            result = response["data"][field]
        except (KeyError, TypeError):
            result = response
        denial = result.get("denial") if isinstance(result, dict) else None
        if _is_refusal(denial):
            raise DenialError(200, denial)
        return _checked(result, expected)

    def _send(self, path, body, account):
        """Sends a request, and repeats it with the same key after temporary failures."""
        data = json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        if account:
            headers["X-Stackgate-Account"] = account
        for attempt in range(self.retries + 1):
            wait = 0.1 * 2**attempt
            request = urllib.request.Request(self.url + path, data, headers, method="POST")
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as response:
                    return _json(response.read(), response.headers)
            except urllib.error.HTTPError as error:
                refused = _json(error.read(), error.headers)
                is_ours = _is_refusal(refused)
                if error.code in (402, 409, 429) and is_ours:
                    raise DenialError(error.code, refused) from None
                asked = _seconds(error.headers.get("Retry-After"))
                if error.code < 500 or attempt == self.retries or asked > MAX_WAIT:
                    if not is_ours:
                        raise _unexpected(error.code, refused) from error
                    raise StackgateError(error.code, refused["code"], refused["message"]) from error
                wait += asked
            except (OSError, http.client.HTTPException) as error:
                if attempt == self.retries:
                    raise StackgateError(None, "NETWORK", str(error)) from error
            time.sleep(wait)
        raise AssertionError("unreachable")


def _seconds(text):
    return int(text) if text and text.isdigit() else 0


def _json(data, headers):
    """The JSON of a response, or a text that says what it is instead."""
    content_type = headers.get_content_type() if headers.get("Content-Type") else "unknown"
    try:
        value = json.loads(data)
        return value if isinstance(value, dict) else "JSON that is not an object"
    except (ValueError, RecursionError):
        return f"a body of the type {content_type}"


def _is_refusal(value):
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in ("code", "message"))


def _checked(value, expected):
    """A result with all members that the type requires."""
    if not isinstance(value, dict) or not expected.__required_keys__ <= value.keys():
        raise _unexpected(200, value)
    return value


def _unexpected(status, value):
    """The error of a response that is not one of Stackgate. It names what arrived."""
    if isinstance(value, dict):
        names = ", ".join(f"'{name[:40]}'" for name in sorted(value)[:MAX_NAMES])
        value = f"JSON with the members {names}" if names else "an empty JSON object"
    message = f"The response with status {status} has {value} instead of a result of Stackgate."
    return StackgateError(status, CODES.get(status, "BAD_RESPONSE"), message)


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
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise WebhookError("body") from None
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise WebhookError("body")
    return {"id": identifier, **event}


def agent_signatures(token, method, path, timestamp, request_id, body):
    """The headers `X-Agent-Signature` and `X-Agent-Signature-V2` of a request of an agent."""
    key = token.encode()
    lines = ["v2", method, path, timestamp, request_id, hashlib.sha256(body).hexdigest()]
    return {"X-Agent-Signature": _hmac(key, body), "X-Agent-Signature-V2": _hmac(key, "\n".join(lines).encode())}
