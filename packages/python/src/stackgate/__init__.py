"""Client of Stackgate for services: entitlements, usage and webhooks."""

from ._accounts import customer
from ._client import AsyncStackgate, Stackgate
from ._exchange import Policy, UnavailablePolicy
from ._graphql import UsageEvent
from ._unset import UNSET, Unset
from .agents import agent_signatures
from .errors import DenialError, NetworkError, StackgateError, WebhookError
from .results import Decision, Denial, Denied, Done, RecordedUsage, RejectedEvent, Result
from .webhooks import WebhookEvent, parse_event, verify_webhook

__all__ = [
    "AsyncStackgate",
    "Decision",
    "Denial",
    "DenialError",
    "Denied",
    "Done",
    "NetworkError",
    "Policy",
    "RecordedUsage",
    "RejectedEvent",
    "Result",
    "Stackgate",
    "StackgateError",
    "UNSET",
    "UnavailablePolicy",
    "Unset",
    "UsageEvent",
    "WebhookError",
    "WebhookEvent",
    "agent_signatures",
    "customer",
    "parse_event",
    "verify_webhook",
]
