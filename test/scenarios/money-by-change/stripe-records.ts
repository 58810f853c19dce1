import type Stripe from 'stripe'
import type { TestServer } from '#test/support/test-server.js'
import { stripeObject } from '#test/support/subscribers.js'
import { PRODUCTS } from './catalog.js'
import type { Agreement, Bill, BillLine, Payment, Records } from './records.js'

type List<T> = { data: T[] }
const idOf = (reference: string | { id: string } | null | undefined): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null)

/** Reads everything of one customer from the sandbox, over Stripe's own interface. */
export async function stripeRecords(server: TestServer, customer: string): Promise<Records> {
  const list = <T>(path: string, more = '') =>
    stripeObject<List<T>>(server, `${path}?customer=${customer}&limit=100${more}`).then(({ data }) => data)
  const [clock, person, subscriptions, invoices, charges, disputes, products] = await Promise.all([
    server.sandboxControl<{ now: string }>('GET', 'clock'),
    stripeObject<Stripe.Customer>(server, `customers/${customer}`),
    list<Stripe.Subscription>('subscriptions', '&status=all'),
    list<Stripe.Invoice>('invoices', '&expand[]=data.payments'),
    list<Stripe.Charge>('charges', '&expand[]=data.refunds'),
    stripeObject<List<Stripe.Dispute>>(server, 'disputes?limit=100').then(({ data }) => data),
    productNames(server),
  ])
  const billOf = new Map(
    invoices.flatMap(({ id, payments }) =>
      (payments?.data ?? []).map(({ payment }) => [idOf(payment.payment_intent), id]),
    ),
  )
  const disputeOf = new Map(disputes.map((dispute) => [idOf(dispute.charge), dispute]))
  const payments = charges
    .filter(({ status }) => status === 'succeeded')
    .map((charge): Payment => {
      const dispute = disputeOf.get(charge.id)
      const refunds = (charge.refunds?.data ?? []).filter(
        ({ status }) => status === 'succeeded' || status === 'pending',
      )
      return {
        id: idOf(charge.payment_intent) ?? charge.id,
        bill: billOf.get(idOf(charge.payment_intent)) ?? null,
        amount: charge.amount,
        refunded: refunds.reduce((sum, { amount }) => sum + amount, 0),
        lost: dispute?.status === 'lost' ? dispute.amount : 0,
        disputed: dispute !== undefined && !['won', 'lost', 'warning_closed'].includes(dispute.status),
        wasDisputed: dispute !== undefined,
        at: charge.created,
      }
    })
  return {
    now: Date.parse(clock.now) / 1000,
    customer,
    credit: Math.max(0, -person.balance),
    payments: payments.toReversed(),
    bills: invoices.map((invoice) => billFrom(invoice, products)).toReversed(),
    agreements: subscriptions.map(agreementFrom).toReversed(),
  }
}

const names = new WeakMap<TestServer, Map<string, string>>()

async function productNames(server: TestServer): Promise<Map<string, string>> {
  const known = names.get(server)
  if (known) return known
  const { data } = await stripeObject<List<Stripe.Product>>(server, 'products?limit=100')
  const read = new Map(data.map(({ id, name }) => [id, name]))
  names.set(server, read)
  return read
}

function billFrom(invoice: Stripe.Invoice, products: ReadonlyMap<string, string>): Bill {
  return {
    id: invoice.id,
    agreement: idOf(invoice.parent?.subscription_details?.subscription),
    status: invoice.status as Bill['status'],
    due: invoice.amount_due,
    at: invoice.created,
    attempted: invoice.attempted,
    finalAt: invoice.status_transitions.finalized_at,
    lines: invoice.lines.data.flatMap((line) => lineFrom(line, products)),
  }
}

function lineFrom(line: Stripe.InvoiceLineItem, products: ReadonlyMap<string, string>): BillLine[] {
  const product = PRODUCTS[products.get(line.pricing?.price_details?.product ?? '') ?? '']
  const details = line.parent?.subscription_item_details
  if (!product || !details) return []
  return [
    {
      ...product,
      item: details.subscription_item,
      quantity: line.quantity ?? 1,
      amount: line.amount,
      proration: details.proration,
      ...line.period,
    },
  ]
}

function agreementFrom(subscription: Stripe.Subscription): Agreement {
  return {
    id: subscription.id,
    status: subscription.status,
    startedAt: subscription.created,
    endedAt: subscription.ended_at,
    trialEnd: subscription.trial_end,
    periodEnd: Math.max(...subscription.items.data.map(({ current_period_end: end }) => end)),
  }
}
