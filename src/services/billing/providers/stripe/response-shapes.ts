import { z } from 'zod'

/**
 * Fields that we read of Stripe's responses, by operation. A gateway, a replacement or another API version can respond
 * with status 200 and other content. This check finds it before anything is stored. Operations whose response is not
 * read have no shape.
 */
const id = z.string().min(1)
const reference = z.union([id, z.looseObject({ id })]).nullish()
const seconds = z.int()
const page = z.url({ protocol: /^https?$/ })
const metadata = z.record(z.string(), z.string())

const listOf = (item: z.ZodType) => z.looseObject({ object: z.literal('list'), data: z.array(item) })

const session = z.looseObject({
  object: z.literal('checkout.session'),
  id,
  status: z.enum(['open', 'complete', 'expired']),
  payment_status: z.string(),
  url: page.nullish(),
  currency: z.string().nullish(),
  amount_subtotal: z.int().nullish(),
  metadata: metadata.nullish(),
  customer: reference,
  subscription: reference,
  invoice: reference,
  payment_intent: reference,
})
const line = z.looseObject({ amount: z.int(), period: z.looseObject({ start: seconds, end: seconds }) })
const amounts = { object: z.literal('invoice'), currency: z.string(), total: z.int(), amount_due: z.int() }
const invoiceHead = z.looseObject({ ...amounts, id, status: z.string().nullable() })
const invoice = invoiceHead.extend({
  amount_paid: z.int(),
  amount_remaining: z.int(),
  created: seconds,
  status_transitions: z.looseObject({ paid_at: seconds.nullish() }),
  lines: listOf(line).nullish(),
})
const subscription = z.looseObject({
  object: z.literal('subscription'),
  id,
  status: z.string(),
  customer: z.union([id, z.looseObject({ id })]),
  metadata,
  start_date: seconds,
  items: listOf(z.looseObject({ id, price: z.looseObject({ id }), quantity: z.int().nullish() })),
  latest_invoice: z.union([id, invoiceHead]).nullish(),
})
const schedule = z.looseObject({
  object: z.literal('subscription_schedule'),
  id,
  status: z.string(),
  phases: z.array(z.looseObject({ start_date: seconds, end_date: seconds })),
})
const intent = z.looseObject({
  object: z.literal('payment_intent'),
  id,
  status: z.string(),
  amount: z.int(),
  currency: z.string(),
  metadata,
  created: seconds,
})
const refund = z.looseObject({ object: z.literal('refund'), id, amount: z.int(), created: seconds })
const dispute = z.looseObject({
  object: z.literal('dispute'),
  id,
  amount: z.int(),
  status: z.string(),
  created: seconds,
})
const product = z.looseObject({ object: z.literal('product'), id, name: z.string(), active: z.boolean(), metadata })
const price = z.looseObject({
  object: z.literal('price'),
  id,
  currency: z.string(),
  active: z.boolean(),
  unit_amount: z.int().nullish(),
  product: z.union([id, z.looseObject({ id })]),
})
const meter = z.looseObject({ id, event_name: z.string(), status: z.string() })
const event = z.looseObject({
  object: z.literal('event'),
  id,
  type: z.string(),
  livemode: z.boolean(),
  data: z.looseObject({ object: z.looseObject({}) }),
})
const customer = z.union([
  z.looseObject({ object: z.literal('customer'), id, deleted: z.literal(true) }),
  z.looseObject({ object: z.literal('customer'), id, metadata: metadata.nullish() }),
])

const SHAPES: Readonly<Record<string, z.ZodType>> = {
  'checkout.sessions.create': session.extend({ url: page }),
  'checkout.sessions.retrieve': session,
  'checkout.sessions.list': listOf(session),
  'customers.create': customer,
  'customers.retrieve': customer,
  'subscriptions.retrieve': subscription,
  'subscriptions.update': subscription,
  'subscriptions.list': listOf(subscription),
  'subscriptionSchedules.create': schedule,
  'subscriptionSchedules.update': schedule,
  'subscriptionSchedules.release': schedule,
  'invoices.retrieve': invoice,
  'invoices.list': listOf(invoice),
  'invoices.lines': listOf(line),
  'invoices.createPreview': z.looseObject({ ...amounts, period_end: seconds, lines: listOf(line) }),
  'invoicePayments.list': listOf(z.looseObject({ payment: z.looseObject({}) })),
  'invoice_payments.list': listOf(z.looseObject({ invoice: reference })),
  'payment_intents.create': intent,
  'payment_intents.retrieve': intent,
  'paymentIntents.retrieve': intent,
  'refunds.create': refund,
  'refunds.list': listOf(refund),
  'disputes.list': listOf(dispute),
  'promotion_codes.list': listOf(z.looseObject({ id })),
  'billingPortal.sessions.create': z.looseObject({ url: page }),
  'events.list': listOf(event),
  'products.list': listOf(product),
  'products.create': product,
  'prices.list': listOf(price),
  'prices.create': price,
  'billing.meters.list': listOf(meter),
  'billing.meters.create': meter,
  'accounts.retrieve': z.looseObject({ id }),
  'accounts.create': z.looseObject({ id }),
  'accountLinks.create': z.looseObject({ url: page, expires_at: seconds }),
  'transfers.create': z.looseObject({ id }),
}

/** Returns where a response differs from what the operation returns. Null if it does not. */
export function wrongShape(operation: string, response: unknown): string | null {
  const checked = SHAPES[operation]?.safeParse(response)
  if (!checked || checked.success) return null
  const [issue] = checked.error.issues
  return `${issue!.path.join('.') || 'response'}: ${issue!.message}`
}
