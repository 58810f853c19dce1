"""Copies customers, prices, subscriptions and invoices to a database with dj-stripe, by its synchronization and by an event."""
import sys

import django
from django.conf import settings

URL = sys.argv[1]
KEY = "sk_test_sandboxAbCdEfGhIjKlMnOpQrSt"

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "djstripe"],
    SECRET_KEY="x",
    USE_TZ=True,
    STRIPE_API_HOST=URL,
    STRIPE_TEST_SECRET_KEY=KEY,
    STRIPE_LIVE_MODE=False,
    DJSTRIPE_FOREIGN_KEY_TO_FIELD="id",
    DJSTRIPE_WEBHOOK_VALIDATION="retrieve_event",
)
django.setup()

import stripe
from django.core.management import call_command
from djstripe import models

stripe.api_key = KEY
stripe.api_base = URL
call_command("migrate", verbosity=0)

customer = stripe.Customer.create(
    email="ada@example.com",
    payment_method="pm_card_visa",
    invoice_settings={"default_payment_method": "pm_card_visa"},
)
price = stripe.Price.create(
    currency="usd", unit_amount=2000, recurring={"interval": "month"}, product_data={"name": "Plus"}
)
subscription = stripe.Subscription.create(customer=customer.id, items=[{"price": price.id}])

models.APIKey.objects.get_or_create_by_api_key(KEY)
call_command("djstripe_sync_models", "Account", "Product", "Price", "Customer", "PaymentMethod", "Subscription", "Invoice", "Charge")
assert models.Customer.objects.get(id=customer.id).email == "ada@example.com"
assert models.Price.objects.filter(id=price.id).exists()
copied = models.Subscription.objects.get(id=subscription.id)
assert copied.stripe_data["status"] == "active", copied.stripe_data
assert models.Invoice.objects.filter(customer__id=customer.id).count() == 1

stripe.Subscription.cancel(subscription.id)
event = stripe.Event.list(type="customer.subscription.deleted", limit=1).data[0]
models.Event.process(event)
assert models.Subscription.objects.get(id=subscription.id).stripe_data["status"] == "canceled"
print(f"done {stripe.api_version}")
