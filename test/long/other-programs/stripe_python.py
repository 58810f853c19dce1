"""Buys a subscription with stripe-python, in the API version of its release."""
import os
import sys

import stripe

stripe.api_key = "sk_test_sandboxAbCdEfGhIjKlMnOpQrSt"
stripe.api_base = sys.argv[1]

customer = stripe.Customer.create(
    email="ada@example.com",
    payment_method="pm_card_visa",
    invoice_settings={"default_payment_method": "pm_card_visa"},
)
price = stripe.Price.create(
    currency="usd", unit_amount=2000, recurring={"interval": "month"}, product_data={"name": "Plus"}
)
subscription = stripe.Subscription.create(
    customer=customer.id, items=[{"price": price.id}], expand=["latest_invoice.payments"]
)
assert subscription.status == "active", subscription.status
assert subscription.latest_invoice.amount_paid == 2000
planned = stripe.Subscription.modify(subscription.id, cancel_at_period_end=True)
assert planned.cancel_at is not None
found = [one.id for one in stripe.Subscription.list(limit=1).auto_paging_iter()]
assert found == [subscription.id], found
try:
    stripe.PaymentMethod.attach("pm_card_chargeDeclined", customer=customer.id)
    raise AssertionError("the card was attached")
except stripe.CardError as error:
    assert error.code == "card_declined", error.code
assert stripe.Subscription.cancel(subscription.id).status == "canceled"
print(f"done {stripe.api_version}")
