"""Sells an order with django-payments: its page of Stripe is paid, its webhook confirms the order, and the order is refunded."""
import json
import sys
import threading
import time
import urllib.request
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import django
import stripe
from django.conf import settings

URL, TOKEN = sys.argv[1], sys.argv[2]
KEY = "sk_test_sandboxDjangoPaymentsAbCd"
stripe.api_key = KEY
stripe.api_base = URL

received = []


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        request = RequestFactory().post(
            "/payments/process/stripe/",
            data=body,
            content_type="application/json",
            headers={"stripe-signature": self.headers["stripe-signature"]},
        )
        response = static_callback(request, "stripe")
        received.append(response.status_code)
        self.send_response(response.status_code)
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
endpoint = stripe.WebhookEndpoint.create(
    url=f"http://127.0.0.1:{server.server_port}/",
    enabled_events=["checkout.session.completed", "checkout.session.expired"],
    api_version=stripe.api_version,
)
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "file:payments?mode=memory&cache=shared"}},
    INSTALLED_APPS=["payments"],
    SECRET_KEY="x",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    PAYMENT_HOST="shop.example",
    PAYMENT_USES_SSL=True,
    PAYMENT_MODEL="payments.Order",
    PAYMENT_VARIANTS={
        "stripe": ("payments.stripe.StripeProviderV3", {"api_key": KEY, "endpoint_secret": endpoint.secret}),
    },
)
django.setup()

from django.db import connection
from django.test import RequestFactory
from payments import PaymentStatus, RedirectNeeded
from payments.models import BasePayment
from payments.urls import static_callback


class Order(BasePayment):
    class Meta:
        app_label = "payments"

    def get_success_url(self):
        return "https://shop.example/done"

    def get_failure_url(self):
        return "https://shop.example/failed"


with connection.schema_editor() as editor:
    editor.create_model(Order)
threading.Thread(target=server.serve_forever, daemon=True).start()


def control(path, body):
    request = urllib.request.Request(
        f"{URL}/_sandbox/api/{path}",
        data=json.dumps(body).encode(),
        headers={"authorization": f"Bearer {TOKEN}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def new_order(total):
    return Order.objects.create(
        variant="stripe", currency="USD", total=Decimal(total), billing_email="ada@example.com", description="Books"
    )


def opened(order):
    try:
        order.get_form()
    except RedirectNeeded as page:
        assert str(page).startswith(URL), page
    return order.transaction_id


def reaches(order, status):
    for _ in range(100):
        order.refresh_from_db()
        if order.status == status:
            return
        time.sleep(0.1)
    raise AssertionError(f"{order.status} {received}")


order = new_order("25.50")
control(f"checkouts/{opened(order)}/pay", {"card": "4242424242424242"})
reaches(order, PaymentStatus.CONFIRMED)
assert order.captured_amount == Decimal("25.50")
order.refund(Decimal("5.50"))
refunds = stripe.Refund.list(payment_intent=order.attrs.session["payment_intent"]).data
assert [refund.amount for refund in refunds] == [550], refunds

abandoned = new_order("10.00")
opened(abandoned)
stripe.checkout.Session.expire(abandoned.transaction_id)
reaches(abandoned, PaymentStatus.REJECTED)
assert received == [200, 200], received
stripe.WebhookEndpoint.delete(endpoint.id)
print(f"done {stripe.api_version}")
