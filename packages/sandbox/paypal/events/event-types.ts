/** Description of an event type. */
interface EventKind {
  resource_type: string
  /** Null for objects of the older API, whose events name no version. */
  resource_version: string | null
  /** `{amount}` stands for the amount of the object. */
  summary: string
  /** The definition of PayPal's files that the object follows; null where no file describes it. */
  schema: string | null
}

const kind = (
  resource_type: string,
  resource_version: string | null,
  schema: string | null,
  summary: string,
): EventKind => ({
  resource_type,
  resource_version,
  schema,
  summary,
})

const capture = (summary: string) => kind('capture', '2.0', 'payments.capture-2', summary)
const sale = (summary: string) => kind('sale', null, 'sales.sale', summary)
const subscription = (summary: string) => kind('subscription', '2.0', 'billing.subscription', summary)
const plan = (summary: string) => kind('plan', '2.0', 'billing.plan', summary)
const dispute = (summary: string) => kind('dispute', '1.0', 'disputes.dispute', summary)

/** The events that the sandbox sends, by PayPal's names. */
export const EVENT_TYPES = {
  'CHECKOUT.ORDER.APPROVED': kind('checkout-order', '2.0', 'orders.order', 'An order has been approved by buyer'),
  'CHECKOUT.PAYMENT-APPROVAL.REVERSED': kind(
    'payment-approval',
    '2.0',
    null,
    'A problem occurred after the buyer approved the order but before you captured the payment',
  ),
  'PAYMENT.CAPTURE.COMPLETED': capture('Payment completed for {amount}'),
  'PAYMENT.CAPTURE.PENDING': capture('Payment pending'),
  'PAYMENT.CAPTURE.DENIED': capture('Payment denied'),
  'PAYMENT.CAPTURE.REFUNDED': kind('refund', '2.0', 'payments.refund', 'A {amount} capture payment was refunded'),
  'PAYMENT.CAPTURE.REVERSED': kind('refund', '2.0', 'payments.refund', 'A capture payment was reversed'),
  'PAYMENT.SALE.COMPLETED': sale('Payment completed for {amount}'),
  'PAYMENT.SALE.PENDING': sale('Payment pending'),
  'PAYMENT.SALE.DENIED': sale('Payment denied'),
  'PAYMENT.SALE.REFUNDED': kind('refund', '1.0', 'sales.detailed_refund', 'A sale payment was refunded'),
  'PAYMENT.SALE.REVERSED': kind('refund', '1.0', 'sales.detailed_refund', 'A sale payment was reversed'),
  'BILLING.SUBSCRIPTION.CREATED': subscription('Subscription created'),
  'BILLING.SUBSCRIPTION.ACTIVATED': subscription('Subscription activated'),
  'BILLING.SUBSCRIPTION.UPDATED': subscription('Subscription updated'),
  'BILLING.SUBSCRIPTION.SUSPENDED': subscription('Subscription suspended'),
  'BILLING.SUBSCRIPTION.RE-ACTIVATED': subscription('Subscription re-activated'),
  'BILLING.SUBSCRIPTION.CANCELLED': subscription('Subscription cancelled'),
  'BILLING.SUBSCRIPTION.EXPIRED': subscription('Subscription expired'),
  'BILLING.SUBSCRIPTION.PAYMENT.FAILED': subscription('Payment failed for subscription'),
  'BILLING.PLAN.CREATED': plan('A billing plan was created.'),
  'BILLING.PLAN.UPDATED': plan('A billing plan was updated.'),
  'BILLING.PLAN.ACTIVATED': plan('A billing plan was activated.'),
  'BILLING.PLAN.DEACTIVATED': plan('A billing plan was deactivated.'),
  'BILLING.PLAN.PRICING-CHANGE.ACTIVATED': plan('A price of a billing plan was changed.'),
  'CATALOG.PRODUCT.CREATED': kind('product', '1.0', 'products.product', 'A product was created.'),
  'CATALOG.PRODUCT.UPDATED': kind('product', '1.0', 'products.product', 'A product was updated.'),
  'CUSTOMER.DISPUTE.CREATED': dispute('A new dispute opened with Case # '),
  'CUSTOMER.DISPUTE.UPDATED': dispute('A dispute was updated with Case # '),
  'CUSTOMER.DISPUTE.RESOLVED': dispute('A dispute was resolved with Case # '),
} satisfies Record<string, EventKind>

/** The name of an event that the sandbox sends. */
export type EventType = keyof typeof EVENT_TYPES
