import type { TestServer } from '#test/support/test-server.js'
import { askPayPal } from '#test/support/paypal.js'
import type { Bill, BillLine, Payment, Records } from './records.js'

interface Event {
  readonly event_type: string
  readonly resource: {
    readonly id?: string
    readonly sale_id?: string
    readonly billing_agreement_id?: string
    readonly amount?: { readonly total: string }
    readonly create_time?: string
    readonly dispute_id?: string
    readonly status?: string
    readonly dispute_amount?: { readonly value: string }
    readonly dispute_outcome?: { readonly outcome_code: string }
    readonly disputed_transactions?: readonly { readonly seller_transaction_id: string }[]
  }
  readonly create_time: string
}

interface Subscription {
  readonly id: string
  readonly status: string
  readonly create_time: string
  readonly status_update_time: string
  readonly billing_info?: {
    readonly next_billing_time?: string
    readonly outstanding_balance: { readonly value: string }
  }
}

const seconds = (time: string) => Date.parse(time) / 1000
/** PayPal's decimal texts in minor units; the table sells in dollars only. */
const minor = (value: string | undefined) => Math.round(Number(value ?? 0) * 100)

/** Monthly and yearly prices of one server, the dearest first: an amount says which terms it paid. */
const TERMS = [
  { price: 90_000, code: 'large', months: 12 },
  { price: 10_000, code: 'small', months: 12 },
  { price: 9000, code: 'large', months: 1 },
  { price: 1000, code: 'small', months: 1 },
] as const

/** Reads everything of one subscription from the sandbox: PayPal knows no bills, so each of its payments is one. */
export async function payPalRecords(server: TestServer, id: string): Promise<Records> {
  const [clock, subscription, { payPalEvents }] = await Promise.all([
    server.sandboxControl<{ now: string }>('GET', 'clock'),
    askPayPal<Subscription>(server.sandbox.url, 'GET', `/v1/billing/subscriptions/${id}`),
    server.sandboxControl<{ payPalEvents: Event[] }>('GET', 'events'),
  ])
  const of = (type: string) =>
    payPalEvents.filter(({ event_type }) => event_type === type).map(({ resource }) => resource)
  const sales = of('PAYMENT.SALE.COMPLETED').filter((sale) => sale.billing_agreement_id === id)
  const disputes = new Map(
    payPalEvents
      .filter(({ event_type }) => event_type.startsWith('CUSTOMER.DISPUTE.'))
      .map(({ resource }) => [resource.disputed_transactions?.[0]?.seller_transaction_id ?? '', resource]),
  )
  const refunds = of('PAYMENT.SALE.REFUNDED')
  const payments = sales.map((sale): Payment => {
    const dispute = disputes.get(sale.id ?? '')
    return {
      id: sale.id ?? '',
      bill: sale.id ?? '',
      amount: minor(sale.amount?.total),
      refunded: refunds
        .filter((refund) => refund.sale_id === sale.id)
        .reduce((sum, refund) => sum + minor(refund.amount?.total), 0),
      lost:
        dispute?.dispute_outcome?.outcome_code === 'RESOLVED_BUYER_FAVOUR' ? minor(dispute.dispute_amount?.value) : 0,
      disputed: dispute !== undefined && dispute.status !== 'RESOLVED',
      wasDisputed: dispute !== undefined,
      at: seconds(sale.create_time ?? ''),
    }
  })
  const next = subscription.billing_info?.next_billing_time
  const unpaid = outstandingBills(subscription, payPalEvents, payments.at(-1)?.at ?? 0)
  // While a payment is outstanding, the next billing time ends a period that is not paid.
  const lastEnd = next && unpaid.length === 0 ? seconds(next) : null
  const bills = payments.map((payment, index) => billOf(id, payment, payments[index + 1]?.at ?? lastEnd))
  const over = ['CANCELLED', 'EXPIRED'].includes(subscription.status)
  return {
    now: seconds(clock.now),
    customer: id,
    credit: 0,
    payments,
    bills: [...bills, ...unpaid],
    agreements: [
      {
        id,
        status: subscription.status,
        startedAt: seconds(subscription.create_time),
        endedAt: over ? seconds(subscription.status_update_time) : null,
        trialEnd: null,
        periodEnd: next ? seconds(next) : (bills.at(-1)?.lines[0]?.end ?? 0),
      },
    ],
  }
}

function billOf(
  agreement: string,
  { id, amount, at }: Pick<Payment, 'id' | 'amount' | 'at'>,
  next: number | null,
): Bill {
  const terms = TERMS.find(({ price }) => amount % price === 0) ?? TERMS[3]
  const line: BillLine = {
    item: agreement,
    kind: 'plan',
    code: terms.code,
    quantity: amount / terms.price,
    amount,
    proration: false,
    start: at,
    end: next ?? monthsLater(at, terms.months),
  }
  return { id, agreement, status: 'paid', due: amount, at, attempted: true, finalAt: at, lines: [line] }
}

/**
 * The outstanding balance as an open bill, dated by the first attempt that failed after the last payment. PayPal keeps the balance of a canceled
 * subscription and never collects it, so that balance is no bill.
 */
function outstandingBills(
  { id, status, billing_info: info }: Subscription,
  events: readonly Event[],
  since: number,
): Bill[] {
  const amount = minor(info?.outstanding_balance.value)
  if (status === 'CANCELLED' || amount === 0) return []
  const failure = events.find(
    ({ event_type, resource, create_time }) =>
      event_type === 'BILLING.SUBSCRIPTION.PAYMENT.FAILED' && resource.id === id && seconds(create_time) > since,
  )
  const at = failure ? seconds(failure.create_time) : since
  const { lines } = billOf(id, { id: `${id} owes`, amount, at }, null)
  return [{ id: `${id} owes`, agreement: id, status: 'open', due: 0, at, attempted: true, finalAt: at, lines }]
}

function monthsLater(at: number, months: number): number {
  const date = new Date(at * 1000)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate()
  const day = Math.min(date.getUTCDate(), last)
  return date.setUTCFullYear(date.getUTCFullYear(), date.getUTCMonth() + months, day) / 1000
}
