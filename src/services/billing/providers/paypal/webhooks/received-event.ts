import type { Mode } from '#services/kernel/config/mode.js'
import type { ReceivedEvent } from '#services/kernel/inbox/receive-webhook.js'
import type { EventSubject } from '#services/billing/providers/port.js'

/** An event as PayPal sends it. */
export interface PayPalEvent {
  readonly id: string
  readonly event_type: string
  readonly resource: Readonly<Record<string, unknown>>
}

/** Events that trigger a sync; all others are stored and ignored. */
const HANDLED = new Set([
  'CHECKOUT.ORDER.APPROVED',
  'CHECKOUT.ORDER.COMPLETED',
  'CHECKOUT.PAYMENT-APPROVAL.REVERSED',
  'PAYMENT.CAPTURE.COMPLETED',
  'PAYMENT.CAPTURE.PENDING',
  'PAYMENT.CAPTURE.DENIED',
  'PAYMENT.CAPTURE.DECLINED',
  'PAYMENT.CAPTURE.REFUNDED',
  'PAYMENT.CAPTURE.REVERSED',
  'BILLING.SUBSCRIPTION.ACTIVATED',
  'BILLING.SUBSCRIPTION.UPDATED',
  'BILLING.SUBSCRIPTION.RE-ACTIVATED',
  'BILLING.SUBSCRIPTION.SUSPENDED',
  'BILLING.SUBSCRIPTION.CANCELLED',
  'BILLING.SUBSCRIPTION.EXPIRED',
  'BILLING.SUBSCRIPTION.PAYMENT.FAILED',
  'PAYMENT.SALE.COMPLETED',
  'PAYMENT.SALE.PENDING',
  'PAYMENT.SALE.DENIED',
  'PAYMENT.SALE.REFUNDED',
  'PAYMENT.SALE.REVERSED',
  'CUSTOMER.DISPUTE.CREATED',
  'CUSTOMER.DISPUTE.UPDATED',
  'CUSTOMER.DISPUTE.RESOLVED',
])

/** Events about the progress of a payment. A payment that is known to be paid is not fetched again for them. */
const HINTS = new Set([
  'PAYMENT.CAPTURE.COMPLETED',
  'PAYMENT.CAPTURE.PENDING',
  'PAYMENT.CAPTURE.DENIED',
  'PAYMENT.CAPTURE.DECLINED',
])

/** Types of the events that trigger a sync. */
export const HANDLED_EVENTS: readonly string[] = [...HANDLED]

/** Those that a gap would show in. */
export const LISTED_EVENTS: ReadonlySet<string> = HANDLED

/** An event of PayPal's in our words. It says nothing of its mode: its signature holds for a webhook of one mode alone. */
export function receivedEvent(event: PayPalEvent, mode: Mode, transmissionId: string | null): ReceivedEvent {
  const key = objectKey(event)
  const common = {
    provider: 'PAYPAL',
    eventId: event.id,
    transmissionId,
    type: event.event_type,
    objectKey: key ?? `event:${event.id}`,
    livemode: mode === 'live',
    payload: event as unknown as Record<string, unknown>,
  }
  if (!HANDLED.has(event.event_type)) return { ...common, state: 'IGNORED', stateReason: 'this event type is not used' }
  if (!key) return { ...common, state: 'IGNORED', stateReason: 'the event has no object' }
  return { ...common, state: 'RECEIVED', stateReason: null }
}

/** PayPal's ids are letters, digits and dashes; anything else is not looked up. */
const text = (value: unknown): string | null =>
  typeof value === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(value) ? value : null

/**
 * Object to fetch for the event: the subscription if the event leads to one, the refunded or disputed payment,
 * otherwise the order.
 */
function objectKey({ event_type: type, resource }: PayPalEvent): string | null {
  const keyed = (kind: string, id: string | null) => (id ? `${kind}:${id}` : null)
  if (type.startsWith('BILLING.SUBSCRIPTION.')) return keyed('subscription', text(resource['id']))
  if (type === 'PAYMENT.SALE.REFUNDED' || type === 'PAYMENT.SALE.REVERSED')
    return keyed('payment', text(resource['sale_id']) ?? linkedId(resource, 'sale') ?? text(resource['id']))
  if (type.startsWith('PAYMENT.SALE.')) return keyed('subscription', text(resource['billing_agreement_id']))
  if (type === 'PAYMENT.CAPTURE.REFUNDED' || type === 'PAYMENT.CAPTURE.REVERSED')
    return keyed('payment', linkedId(resource, 'captures') ?? text(resource['id']))
  if (type.startsWith('PAYMENT.CAPTURE.')) return keyed('payment', text(resource['id']))
  if (type.startsWith('CUSTOMER.DISPUTE.')) return keyed('payment', disputedPayment(resource))
  if (type === 'CHECKOUT.PAYMENT-APPROVAL.REVERSED') return keyed('checkout', text(resource['order_id']))
  return keyed('checkout', text(resource['id']))
}

/** A refund refers to its payment only by a link. Only the ID is taken from it, never the URL. */
function linkedId(resource: PayPalEvent['resource'], collection: string): string | null {
  const links = Array.isArray(resource['links']) ? (resource['links'] as { rel?: unknown; href?: unknown }[]) : []
  const href = links.find(({ rel }) => rel === 'up' || rel === collection)?.href
  const match = typeof href === 'string' ? new RegExp(`/${collection}/([A-Za-z0-9-]{1,64})$`).exec(href) : null
  return match?.[1] ?? null
}

function disputedPayment(resource: PayPalEvent['resource']): string | null {
  const disputed = resource['disputed_transactions']
  const first = Array.isArray(disputed) ? (disputed[0] as Record<string, unknown> | undefined) : undefined
  return text(first?.['seller_transaction_id'])
}

/** Events about the start of a subscription, or its failure to start. */
const BEGINNINGS = new Set([
  'BILLING.SUBSCRIPTION.ACTIVATED',
  'BILLING.SUBSCRIPTION.CANCELLED',
  'BILLING.SUBSCRIPTION.SUSPENDED',
  'BILLING.SUBSCRIPTION.PAYMENT.FAILED',
])

/** A subscription is the page that it was bought on, and a sale its own invoice. */
export function payPalEventSubject({
  type,
  payload,
}: {
  readonly type: string
  readonly payload: Record<string, unknown>
}): EventSubject {
  const resource = (payload['resource'] ?? {}) as Record<string, unknown>
  const list = (id: string | null) => (id ? [id] : [])
  const isSale = type === 'PAYMENT.SALE.COMPLETED'
  return {
    checkouts: [
      ...(isSale || type === 'PAYMENT.SALE.DENIED' ? list(text(resource['billing_agreement_id'])) : []),
      ...(BEGINNINGS.has(type) ? list(text(resource['id'])) : []),
    ],
    invoices: isSale && text(resource['billing_agreement_id']) ? list(text(resource['id'])) : [],
    changedCustomers: [],
    refunds: type === 'PAYMENT.SALE.REFUNDED' ? list(text(resource['id'])) : [],
    paymentNotification: HINTS.has(type) ? 'hint' : 'change',
  }
}
