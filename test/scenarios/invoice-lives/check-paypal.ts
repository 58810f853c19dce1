import { askPayPal } from '#test/support/paypal.js'
import type { TestServer } from '#test/support/test-server.js'
import type { Ours } from './check-life.js'
import { decimalsOf, INTERVALS, type Sold } from './combinations.js'
import type { Life } from './life.js'

interface Transaction {
  readonly id: string
  readonly status: string
  readonly time: string
  readonly amount_with_breakdown: { readonly gross_amount: { readonly value: string } }
}

interface Event {
  readonly event_type: string
  readonly resource: {
    readonly id: string
    readonly custom_id?: string
    readonly sale_id?: string
    readonly amount?: { readonly value?: string; readonly total?: string }
    readonly links?: readonly { readonly rel: string; readonly href: string }[]
  }
}

/** One payment at PayPal, in the smallest unit of the currency. */
interface Payment {
  readonly id: string
  readonly amount: number
  readonly refunded: number
}

const DAY = 86_400_000
const MONTHS_DIFFER = 4
/** PayPal repeats a failed payment for ten days, and the next one follows at its own time. */
const RETRY_DAYS = 11

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)

/** Checks the payments of a life with PayPal: every one is a purchase and, of a subscription, an invoice and one period. */
export async function checkPayPal(server: TestServer, sold: Sold, life: Life, ours: Ours): Promise<string[]> {
  const minor = (value = '0') => Math.round(Number(value) * 10 ** decimalsOf(sold.currency))
  const { payPalEvents: events } = await server.sandboxControl<{ payPalEvents: Event[] }>('GET', 'events')
  const refundsOf = (id: string): number =>
    sum(
      events
        .filter(
          ({ event_type: type, resource: { sale_id: sale, links } }) =>
            (type.startsWith('PAYMENT.SALE.RE') && sale === id) ||
            (type.startsWith('PAYMENT.CAPTURE.RE') &&
              links?.some(({ rel, href }) => rel === 'up' && href.endsWith(`/${id}`))),
        )
        .map(({ resource: { amount } }) => minor(amount?.total ?? amount?.value)),
    )
  const isCalm = life.combination.temper === 'calm'
  const faults: string[] = []
  const sales: Payment[] = []
  for (const id of await life.subscriptionIds()) {
    const { transactions } = await askPayPal<{ transactions?: Transaction[] }>(
      server.sandbox.url,
      'GET',
      `/v1/billing/subscriptions/${id}/transactions?start_time=2026-01-01T00:00:00Z&end_time=2027-12-31T00:00:00Z`,
    )
    const paid = (transactions ?? [])
      .filter(({ status }) => ['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED'].includes(status))
      .toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time))
    for (const [index, transaction] of paid.entries()) {
      const amount = minor(transaction.amount_with_breakdown.gross_amount.value)
      sales.push({ id: transaction.id, amount, refunded: refundsOf(transaction.id) })
      const intervals = INTERVALS.filter(({ name }) => sold.plans.some(({ prices }) => amount % prices[name] === 0))
      if (intervals.length === 0) faults.push(`${transaction.id} of ${amount} is the price of no plan`)
      const next = paid[index + 1]
      const days = next && (Date.parse(next.time) - Date.parse(transaction.time)) / DAY
      if (days === undefined || intervals.length !== 1) continue
      const [{ maxDays }] = intervals as [(typeof intervals)[number]]
      if (days < maxDays - MONTHS_DIFFER - (isCalm ? 0 : RETRY_DAYS))
        faults.push(`${id}: two payments within ${days} days`)
      if (isCalm && days > maxDays) faults.push(`${id}: no payment for ${days} days`)
    }
  }
  const captures = events
    .filter(
      ({ event_type: type, resource }) =>
        type === 'PAYMENT.CAPTURE.COMPLETED' && resource.custom_id?.includes(life.accountId),
    )
    .map(({ resource: { id, amount } }): Payment => ({ id, amount: minor(amount?.value), refunded: refundsOf(id) }))
  return [...faults, ...checkInvoices(sales, ours), ...(await checkPurchases(server, life, [...sales, ...captures]))]
}

function checkInvoices(sales: readonly Payment[], { invoices }: Ours): string[] {
  const text = (amounts: readonly number[]) => amounts.toSorted((one, other) => one - other).join(', ')
  const here = text(invoices.map(({ total }) => total.amountMinor))
  const there = text(sales.map(({ amount }) => amount))
  return here === there ? [] : [`our invoices are ${here}, the payments ${there}`]
}

async function checkPurchases(
  server: TestServer,
  { accountId }: Life,
  payments: readonly Payment[],
): Promise<string[]> {
  const rows = await server.query<{ payment_id: string | null; amount: number; reversed: number }>(
    `select payment_id, amount_minor::int as amount, reversed_minor::int as reversed from purchase where account_id = $1 and status <> 'PENDING'`,
    [accountId],
  )
  const text = (id: string | null, amount: number, refunded: number) => `${id} of ${amount}, refunded ${refunded}`
  const here = rows.map(({ payment_id: id, amount, reversed }) => text(id, amount, reversed))
  // A payment that was returned because it paid for nothing is no purchase.
  const returned = new Set(payments.filter(({ amount, refunded }) => amount === refunded).map(({ id }) => id))
  const there = payments.map(({ id, amount, refunded }) => text(id, amount, refunded))
  return [
    ...here.filter((one) => !there.includes(one)).map((one) => `a purchase, but no payment: ${one}`),
    ...there
      .filter((one) => !here.includes(one) && !returned.has(one.split(' ', 1)[0]!))
      .map((one) => `a payment, but no purchase: ${one}`),
  ]
}
