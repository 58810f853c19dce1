import type { AddedFiles, Feature } from './added-files.js'
import type { Application } from './application.js'

const CUSTOMER = (keyword: string, type: string): string => `\
${keyword} customer_of(request: ${type}) -> str | None:
    """Your sign-in: the customer of a request, by your own ID. None for a visitor, whom a gate refuses with 401."""
    return None


${keyword} on_event(event: WebhookEvent) -> None:
    """Your reaction to an event. Deliveries repeat: store \`event.id\`, and handle each event once."""
    print("stackgate", event.id, event.type)
`

const CLIENT = (type: string): string => `\
@cache
def stackgate() -> ${type}:
    url = os.environ.get("STACKGATE_URL", "http://127.0.0.1:4000")
    return ${type}(url, os.environ["STACKGATE_SECRET_KEY"])


def refusal(decision: Decision[Any]) -> tuple[int, dict[str, Any]]:
    """Status and body of a denied request."""
    if decision.denial is None:
        return 503, {"code": "UNAVAILABLE", "message": "Stackgate is unavailable."}
    return 402 if decision.denial.retry_after is None else 429, dict(decision.denial.body)
`

const UNAVAILABLE = '503, {"code": "UNAVAILABLE", "message": "Stackgate is unavailable."}'
const VISITOR = '401, {"code": "UNAUTHENTICATED", "message": "Sign in first."}'

const FASTAPI = `\
import os
from functools import cache
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from stackgate import AsyncStackgate, Decision, NetworkError, WebhookError, WebhookEvent, customer, verify_webhook

${CUSTOMER('async def', 'Request')}

${CLIENT('AsyncStackgate')}

def requires(feature: str) -> Any:
    """Lets customers with a feature pass. Others receive 402 with what would give it to them."""

    async def gate(request: Request) -> None:
        who = await customer_of(request)
        if who is None:
            raise HTTPException(${VISITOR})
        try:
            decision = await stackgate().check(account_id=customer(who), feature=feature)
        except NetworkError:
            raise HTTPException(${UNAVAILABLE}) from None
        if not decision:
            raise HTTPException(*refusal(decision))

    return Depends(gate)


stackgate_routes = APIRouter()


@stackgate_routes.post("/webhooks/stackgate", include_in_schema=False)
async def receive(request: Request) -> Response:
    try:
        event = verify_webhook(await request.body(), request.headers, os.environ["STACKGATE_WEBHOOK_SECRET"])
    except WebhookError as error:
        raise HTTPException(400, error.reason) from None
    await on_event(event)
    return Response(status_code=204)
`

const DJANGO = `\
import os
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from stackgate import Decision, NetworkError, Stackgate, WebhookError, WebhookEvent, customer, verify_webhook

${CUSTOMER('def', 'HttpRequest')}

${CLIENT('Stackgate')}

def requires(feature: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Lets customers with a feature pass. Others receive 402 with what would give it to them."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            status, body = decide(request, feature)
            return view(request, *args, **kwargs) if status == 200 else JsonResponse(body, status=status)

        return gate

    return decorate


def decide(request: HttpRequest, feature: str) -> tuple[int, dict[str, Any]]:
    who = customer_of(request)
    if who is None:
        return ${VISITOR}
    try:
        decision = stackgate().check(account_id=customer(who), feature=feature)
    except NetworkError:
        return ${UNAVAILABLE}
    return (200, {}) if decision else refusal(decision)


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    try:
        event = verify_webhook(request.body, request.headers, os.environ["STACKGATE_WEBHOOK_SECRET"])
    except WebhookError as error:
        return JsonResponse({"reason": error.reason}, status=400)
    on_event(event)
    return HttpResponse(status=204)


stackgate_routes = [path("webhooks/stackgate", receive)]
`

const TEST_APPLICATIONS = {
  fastapi: {
    imports: 'from fastapi import FastAPI\nfrom fastapi.testclient import TestClient\n',
    setUp: (feature: string) => `\
        app = FastAPI()
        app.include_router(stackgate_routes)
        app.get("/gated", dependencies=[requires("${feature}")])(lambda: "")
        client = self.enterContext(TestClient(app))
        self.get = lambda path: client.get(path).status_code
        self.post = lambda path, body, headers: client.post(path, content=body, headers=headers).status_code
        self.allowed = lambda: client.portal.call(self.check).allowed

    async def check(self):
        return await stackgate().check(account_id=customer("stackgate-test"), feature="${feature}")
`,
  },
  django: {
    imports: 'from django.http import HttpResponse\nfrom django.test import RequestFactory\n',
    setUp: (feature: string) => `\
        gated = requires("${feature}")(lambda request: HttpResponse())
        requests = RequestFactory()
        self.get = lambda path: gated(requests.get(path)).status_code
        self.post = lambda path, body, headers: receive(
            requests.post("/" + path, body, content_type="application/json", headers=headers)
        ).status_code
        self.allowed = lambda: (
            stackgate().check(account_id=customer("stackgate-test"), feature="${feature}").allowed
        )
`,
  },
} as const

const testFile = (framework: keyof typeof TEST_APPLICATIONS, module: string, feature: string): string => `\
import base64
import hashlib
import hmac
import json
import os
import time
import unittest
from datetime import datetime, timezone

${TEST_APPLICATIONS[framework].imports}from stackgate import customer

from ${module} import ${framework === 'django' ? 'receive, requires, stackgate' : 'requires, stackgate, stackgate_routes'}

SECRET = os.urandom(24)


class StackgateTest(unittest.TestCase):
    def setUp(self):
        os.environ["STACKGATE_WEBHOOK_SECRET"] = "whsec_" + base64.b64encode(SECRET).decode()
${TEST_APPLICATIONS[framework].setUp(feature)}
    def test_the_server_decides_for_a_customer(self):
        self.assertIn(self.allowed(), (True, False))

    def test_a_gate_refuses_a_visitor(self):
        self.assertEqual(self.get("/gated"), 401)

    def test_a_webhook_is_accepted_if_it_is_signed_and_refused_otherwise(self):
        body = json.dumps({"type": "usage.warning", "timestamp": datetime.now(timezone.utc).isoformat(), "data": {}})
        at = str(int(time.time()))
        digest = hmac.new(SECRET, f"evt_1.{at}.{body}".encode(), hashlib.sha256).digest()
        signature = "v1," + base64.b64encode(digest).decode()
        signed = {"webhook-id": "evt_1", "webhook-timestamp": at, "webhook-signature": signature}
        statuses = [self.post("/webhooks/stackgate", body, headers) for headers in (signed, signed | {"webhook-id": "evt_2"}, {})]
        self.assertEqual(statuses, [204, 400, 400])
`

/** The files of an application of FastAPI or Django. */
export function pythonFiles({ framework, sources, name }: Application, { code: feature }: Feature): AddedFiles {
  const isDjango = framework === 'django'
  const module = `${name}stackgate_routes`
  const tests = `${name}test_stackgate`
  return {
    comment: '#',
    files: [
      { path: `${sources}stackgate_routes.py`, text: isDjango ? DJANGO : FASTAPI },
      { path: `${sources}test_stackgate.py`, text: testFile(isDjango ? 'django' : 'fastapi', module, feature) },
    ],
    env: '.env',
    install: 'pip install FOLDER/packages/python',
    lines: isDjango
      ? [
          `from ${module} import requires, stackgate_routes`,
          'urlpatterns += stackgate_routes',
          `@requires("${feature}")`,
        ]
      : [
          `from ${module} import requires, stackgate_routes`,
          'app.include_router(stackgate_routes)',
          `@app.get("/…", dependencies=[requires("${feature}")])`,
        ],
    test: `set -a; . ./.env; set +a; ${isDjango ? `python manage.py test ${tests}` : `python -m unittest ${tests}`}`,
  }
}
