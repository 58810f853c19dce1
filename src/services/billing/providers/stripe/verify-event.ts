import { Stripe } from 'stripe'
import type { Mode } from '#services/kernel/config/mode.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { ReceivedEvent } from '#services/kernel/inbox/receive-webhook.js'
import { WebhookClockSkew } from '#services/billing/providers/provider-errors.js'
import type { EventSubject, PaymentPort } from '#services/billing/providers/port.js'

/**
 * Events that trigger a sync; all others are stored and ignored. `*.payment_succeeded` and `payment_intent.*` are only
 * hints.
 */
const HANDLED = new Set([
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'customer.updated',
  'customer.tax_id.created',
  'customer.tax_id.updated',
  'customer.tax_id.deleted',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'customer.subscription.trial_will_end',
  'customer.subscription.pending_update_applied',
  'customer.subscription.pending_update_expired',
  'subscription_schedule.updated',
  'subscription_schedule.released',
  'subscription_schedule.canceled',
  'subscription_schedule.completed',
  'subscription_schedule.aborted',
  'invoice.created',
  'invoice.finalized',
  'invoice.paid',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'invoice.overdue',
  'invoice.voided',
  'invoice.marked_uncollectible',
  'invoice.finalization_failed',
  'credit_note.created',
  'credit_note.voided',
  'payment_intent.succeeded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.closed',
])

/** Fields of a customer that its invoices show or use, or that its taxes depend on. */
const PAYER_FIELDS = ['name', 'address', 'tax_exempt', 'invoice_settings', 'balance']

/** Sessions, invoices and changed customers of an event. Payments are covered by the key under which the event is filed. */
export function stripeEventSubject({ type, payload }: Parameters<PaymentPort['concernsOf']>[0]): EventSubject {
  const data = payload['data'] as Stripe.Event.Data | undefined
  const { id, customer, invoice } = (data?.object ?? {}) as {
    id?: string
    customer?: string | null
    invoice?: Reference
  }
  const named = (family: string) => (type.startsWith(family) && id ? [id] : [])
  return {
    checkouts: [...named('checkout.session.'), ...startedByInvoice(type, data?.object ?? {})],
    invoices: type.startsWith('credit_note.') ? [referenced(invoice) ?? ''].filter(Boolean) : named('invoice.'),
    changedCustomers: type.startsWith('customer.tax_id.')
      ? [customer ?? ''].filter(Boolean)
      : type === 'customer.updated' && PAYER_FIELDS.some((field) => field in (data?.previous_attributes ?? {}))
        ? named('customer.')
        : [],
    refunds: [],
    paymentNotification: type === 'payment_intent.succeeded' ? 'hint' : 'change',
  }
}

type Reference = string | { readonly id: string } | null | undefined

const referenced = (reference: Reference): string | undefined =>
  typeof reference === 'string' ? reference : reference?.id

interface Started {
  readonly id?: string
  readonly collection_method?: string | null
  readonly billing_reason?: string | null
  readonly metadata?: Stripe.Metadata | null
  readonly parent?: { readonly subscription_details?: StartedBy | null } | null
}

interface StartedBy {
  readonly metadata?: Stripe.Metadata | null
  readonly subscription?: string | { readonly id: string } | null
}

/** Subscription that an event shows as started by an invoice that is sent: it is the session of its checkout. */
function startedByInvoice(type: string, object: Started): string[] {
  if (object.collection_method !== 'send_invoice') return []
  const isFirstInvoice = object.billing_reason === 'subscription_create'
  if (!isFirstInvoice && !type.startsWith('customer.subscription.')) return []
  const { metadata, subscription }: StartedBy = isFirstInvoice
    ? (object.parent?.subscription_details ?? {})
    : { metadata: object.metadata ?? null, subscription: object.id ?? null }
  return metadata?.['checkout_id'] && typeof subscription === 'string' ? [subscription] : []
}

/** Each of these comes beside an event that says the same, or is found by comparing subscriptions and invoices. */
const HINTS = new Set([
  'customer.updated',
  'customer.tax_id.created',
  'customer.tax_id.updated',
  'customer.tax_id.deleted',
  'customer.subscription.pending_update_applied',
  'customer.subscription.pending_update_expired',
  'subscription_schedule.updated',
  'subscription_schedule.released',
  'subscription_schedule.canceled',
  'subscription_schedule.completed',
  'subscription_schedule.aborted',
  'invoice.created',
  'invoice.finalized',
  'invoice.overdue',
  'invoice.payment_succeeded',
  'invoice.marked_uncollectible',
  'credit_note.created',
  'credit_note.voided',
  'payment_intent.succeeded',
])

/** Types of the events that trigger a sync. */
export const HANDLED_EVENTS: readonly string[] = [...HANDLED]

/** Events in which a gap would be visible; at most twenty, the maximum of Stripe's list filter. */
export const LISTED_EVENTS: readonly string[] = [...HANDLED].filter((type) => !HINTS.has(type))

const MAX_SKEW_SECONDS = 300

/**
 * Checks the signature with any of the secrets, and then the time that it covers: a genuine event at a wrong time means a wrong clock. Both
 * cases have the same response.
 */
export function verifyStripeEvent(
  rawBody: Buffer,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  options: { secrets: readonly string[]; mode: Mode; timers: Timers },
): ReceivedEvent {
  const signature = headers['stripe-signature']
  const event =
    typeof signature === 'string' && signature.length < 4096 ? verified(rawBody, signature, options.secrets) : null
  const signedAt = event ? timestampOf(signature as string) : null
  if (!event || signedAt === null)
    throw new AppError('INVALID_WEBHOOK', 'Invalid signature', {
      internal: 'Stripe webhook signature verification failed',
    })
  const now = new Date(options.timers.now())
  if (Math.abs(now.getTime() / 1000 - signedAt) > MAX_SKEW_SECONDS)
    throw new WebhookClockSkew('Stripe', signedAt * 1000, now)
  return receivedEvent(event, options.mode)
}

/** Timestamp of the signature in seconds. Null unless it has exactly one. */
function timestampOf(signature: string): number | null {
  const stamps = [...signature.matchAll(/(?:^|,)\s*t=(\d+)/g)].map((match) => Number(match[1]))
  return stamps.length === 1 ? stamps[0]! : null
}

/** Disables the library's limit on the age, because the time is checked here. */
const ANY_AGE = 0

function verified(rawBody: Buffer, signature: string, secrets: readonly string[]): Stripe.Event | null {
  for (const secret of secrets) {
    try {
      const event = Stripe.webhooks.constructEvent(rawBody, signature, secret, ANY_AGE)
      if (event.object === 'event' && typeof event.id === 'string' && typeof event.type === 'string') return event
    } catch {
      continue // another secret may match during a rotation
    }
  }
  return null
}

/** An event of Stripe's in our words: what it is about, and whether anything here depends on it. */
export function receivedEvent(event: Stripe.Event, mode: Mode): ReceivedEvent {
  const common = {
    provider: 'STRIPE',
    eventId: event.id,
    type: event.type,
    objectKey: objectKey(event),
    livemode: event.livemode,
    payload: event as unknown as Record<string, unknown>,
  }
  if (event.livemode !== (mode === 'live'))
    return {
      ...common,
      state: 'QUARANTINED',
      stateReason: `an event with livemode ${String(event.livemode)} reached a server in ${mode} mode`,
    }
  if (!HANDLED.has(event.type)) return { ...common, state: 'IGNORED', stateReason: 'this event type is not used' }
  if (!/^(subscription|checkout|invoice|payment|customer):/.test(common.objectKey))
    return { ...common, state: 'IGNORED', stateReason: 'the event has no object' }
  return { ...common, state: 'RECEIVED', stateReason: null }
}

/**
 * Object to fetch for the event: the subscription if the event leads to one, the refunded or disputed payment,
 * otherwise the session, otherwise the object itself.
 */
function objectKey(event: Stripe.Event): string {
  const object = ((event.data as Stripe.Event.Data | undefined)?.object ?? {}) as {
    id?: string
    object?: string
    subscription?: string | { id: string } | null
    released_subscription?: string | null
    customer?: string | null
    payment_intent?: string | { id: string } | null
    invoice?: Reference
    parent?: { subscription_details?: { subscription?: string | { id: string } } | null } | null
  }
  const subscription =
    object.object === 'subscription'
      ? object.id
      : (referenced(object.subscription) ??
        referenced(object.released_subscription) ??
        referenced(object.parent?.subscription_details?.subscription))
  if (subscription) return `subscription:${subscription}`
  if (object.object === 'tax_id' && object.customer) return `customer:${object.customer}`
  if (object.object === 'credit_note') return `invoice:${referenced(object.invoice) ?? ''}`
  if (object.object === 'payment_intent' && object.id) return `payment:${object.id}`
  const payment = referenced(object.payment_intent)
  if (payment && (object.object === 'refund' || object.object === 'dispute')) return `payment:${payment}`
  return object.object === 'checkout.session'
    ? `checkout:${object.id ?? event.id}`
    : `${object.object ?? 'object'}:${object.id ?? event.id}`
}
