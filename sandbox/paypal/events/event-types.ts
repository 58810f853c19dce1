/** What an event of a type says of itself. */
interface EventKind {
  resource_type: string
  resource_version: string
  summary: string
  /** The definition of PayPal's files that the object follows; null where no file describes it. */
  schema: string | null
}

const kind = (resource_type: string, resource_version: string, schema: string | null, summary: string): EventKind => ({
  resource_type,
  resource_version,
  schema,
  summary,
})

/** The events that the sandbox sends, by PayPal's names. */
export const EVENT_TYPES = {
  'CHECKOUT.ORDER.APPROVED': kind('checkout-order', '2.0', 'orders.order', 'An order has been approved by buyer'),
  'CHECKOUT.PAYMENT-APPROVAL.REVERSED': kind(
    'payment-approval',
    '2.0',
    null,
    'A problem occurred after the buyer approved the order but before you captured the payment',
  ),
  'PAYMENT.CAPTURE.COMPLETED': kind('capture', '2.0', 'payments.capture-2', 'Payment completed'),
  'PAYMENT.CAPTURE.PENDING': kind('capture', '2.0', 'payments.capture-2', 'Payment pending'),
  'PAYMENT.CAPTURE.DENIED': kind('capture', '2.0', 'payments.capture-2', 'Payment denied'),
} satisfies Record<string, EventKind>

/** The name of an event that the sandbox sends. */
export type EventType = keyof typeof EVENT_TYPES
