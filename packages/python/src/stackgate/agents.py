"""Signatures of agents (`docs/agent-protocol.md`)."""

from __future__ import annotations

import base64
import hashlib
import hmac


def agent_signatures(
    token: str, *, method: str, path: str, timestamp: str, request_id: str, body: bytes
) -> dict[str, str]:
    """The headers `X-Agent-Signature` and `X-Agent-Signature-V2` of a request of an agent."""
    lines = "\n".join(["v2", method, path, timestamp, request_id, hashlib.sha256(body).hexdigest()])
    return {"X-Agent-Signature": _sign(token, body), "X-Agent-Signature-V2": _sign(token, lines.encode())}


def _sign(token: str, text: bytes) -> str:
    return base64.b64encode(hmac.new(token.encode(), text, hashlib.sha256).digest()).decode()
