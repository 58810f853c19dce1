import type { RecurringInterval } from '#entities/kernel/billing-interval.js'
import type {
  FetchedDispute,
  FetchedInvoice,
  FetchedPayment,
  FetchedRefund,
  NewRefund,
  PaymentDetails,
  PaymentsPort,
} from '../payments-port.js'
import { ProviderRejected, ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import { intervalsAfter } from '#services/catalog/products/interval.js'
import { fetchOrder } from './paypal-checkouts.js'
import type { PayPalClient } from './paypal-client.js'
import { orNull, PayPalNotPermitted, type CallPayPal } from './paypal-errors.js'
import { toPayPalMoney } from './paypal-money.js'
import { describePeriod, type PayPalPlans } from './paypal-plans.js'
import { searchTransactions } from './paypal-transactions.js'
import {
  readCapture,
  readDispute,
  readRefund,
  readSale,
  readSaleRefund,
  type PayPalDispute,
  type PayPalSale,
  type PayPalSaleRefund,
} from './read-payments.js'
import { dateOf, paidPeriod, readSubscription } from './read-subscription.js'
import { REFUND_CODE } from './read-transactions.js'

const DAY_MS = 86_400_000
const FIRST_PAYMENT_DAYS = 12

/** The first payment arrives at the start or within PayPal's retries, and before the second one, which PayPal can collect some hours early. */
const isFirst = (at: Date, startsAt: Date, interval: RecurringInterval): boolean =>
  at.getTime() - startsAt.getTime() < FIRST_PAYMENT_DAYS * DAY_MS &&
  at.getTime() < intervalsAfter(startsAt, interval, 1).getTime() - DAY_MS

/** Money that moved by PayPal: captures of orders, and sales of subscriptions by its older interface. */
export function payPalPayments(client: PayPalClient, call: CallPayPal, plans: PayPalPlans): PaymentsPort {
  const fetchSale = (id: string): Promise<PayPalSale | null> =>
    orNull(call('sales.get', () => client.request<PayPalSale>('GET', `/v1/payments/sale/${id}`)))
  return {
    fetchPayment: async (paymentId, wanted = {}) => {
      const capture = await orNull(
        call(
          'captures.get',
          async () => (await (await client.payments()).getCapturedPayment({ captureId: paymentId })).result,
        ),
      )
      const orderId = capture?.supplementaryData?.relatedIds?.orderId
      const isTouched = wanted.history || capture?.status?.endsWith('REFUNDED')
      const disputes = wanted.history ? await disputesOf(client, call, paymentId) : []
      if (capture && orderId) {
        const refunds = isTouched ? await refundsOfOrder(client, call, orderId, paymentId) : []
        return { ...readCapture(capture), refunds: withoutReversals(refunds, disputes), disputes }
      }
      // A payment without an order is a subscription's, in the words of the older interface.
      const sale = await fetchSale(paymentId)
      if (!sale) return null
      const refunds = await saleRefunds(sale, wanted)
      return { ...readSale(sale), refunds: withoutReversals(refunds, disputes), disputes }
    },
    fetchInvoice: async (externalId) => {
      const sale = await fetchSale(externalId)
      return sale && saleAsInvoice(client, call, plans, sale)
    },
    refundPayment: (request) => refund(client, call, request),
    findPromotion: () => Promise.resolve(null),
  }

  /** A sale does not list its refunds: known ones are fetched by ID. */
  async function saleRefunds(
    sale: PayPalSale,
    { refundIds = [], searched = false }: PaymentDetails,
  ): Promise<FetchedPayment['refunds']> {
    const ids = new Set([...refundIds, ...(searched ? await searchRefunds(client, call, sale) : [])])
    const found = await Promise.all(
      [...ids].map((id) =>
        orNull(call('refunds.get', () => client.request<PayPalSaleRefund>('GET', `/v1/payments/refund/${id}`))),
      ),
    )
    return found.flatMap((one) => (one && (one.sale_id ?? sale.id) === sale.id ? [readSaleRefund(one)] : []))
  }
}

/**
 * IDs of the refunds of a sale by the transaction search. Empty without its permission, for a sale that was not refunded, and for one that the
 * search does not list: in the first three hours, and after three years, PayPal rejects its date.
 */
async function searchRefunds(client: PayPalClient, call: CallPayPal, sale: PayPalSale): Promise<string[]> {
  if (!sale.state.endsWith('refunded')) return []
  const since = dateOf(sale.create_time)!
  const until = dateOf(sale.update_time) ?? since
  const ids: string[] = []
  try {
    for await (const found of searchTransactions(client, call, { since, until }, REFUND_CODE))
      if (found.paypalReferenceId === sale.id && found.transactionId) ids.push(found.transactionId)
  } catch (error) {
    if (!(error instanceof PayPalNotPermitted || error instanceof ProviderRejected)) throw error
  }
  return ids
}

/** Removes refunds that are reversals of a lost dispute: the same money is listed in both. */
function withoutReversals(refunds: readonly FetchedRefund[], disputes: readonly FetchedDispute[]): FetchedRefund[] {
  const left = [...refunds]
  for (const { status, amountMinor, openedAt } of disputes) {
    if (status !== 'LOST') continue
    const reversal = left.findIndex(
      (refund) => refund.refundId === null && refund.amountMinor <= amountMinor && refund.createdAt >= openedAt,
    )
    if (reversal >= 0) left.splice(reversal, 1)
  }
  return left
}

async function refundsOfOrder(client: PayPalClient, call: CallPayPal, orderId: string, captureId: string) {
  const order = await fetchOrder(client, call, orderId)
  const refunds = order?.purchaseUnits?.flatMap((unit) => unit.payments?.refunds ?? []) ?? []
  const captures = order?.purchaseUnits?.flatMap((unit) => unit.payments?.captures ?? []) ?? []
  // One capture is the rule; of several, a refund names its own by a link.
  const isOwn = (links: readonly { href: string }[] = []) =>
    captures.length < 2 || links.some(({ href }) => href.endsWith(`/captures/${captureId}`))
  return refunds.filter(({ links }) => isOwn(links)).map(readRefund)
}

async function disputesOf(client: PayPalClient, call: CallPayPal, paymentId: string) {
  const { items = [] } = await call('disputes.list', () =>
    client.request<{ items?: { dispute_id: string }[] }>('GET', '/v1/customer/disputes', {
      query: { disputed_transaction_id: paymentId },
    }),
  )
  // The list does not say how a dispute was decided.
  return Promise.all(
    items.map(async ({ dispute_id: id }) =>
      readDispute(
        await call('disputes.get', () => client.request<PayPalDispute>('GET', `/v1/customer/disputes/${id}`)),
      ),
    ),
  )
}

/** PayPal writes no invoices: each payment of a subscription is one, for the plan that the subscription has when the payment is read. */
async function saleAsInvoice(
  client: PayPalClient,
  call: CallPayPal,
  plans: PayPalPlans,
  sale: PayPalSale,
): Promise<FetchedInvoice | null> {
  const id = sale.billing_agreement_id
  if (!id) return null
  const { result: subscription } = await call('subscriptions.get', async () =>
    (await client.subscriptions()).getSubscription({ id }),
  )
  const terms = await plans.find(subscription.planId ?? '')
  if (!terms) throw new ProviderUnavailable(`plan ${subscription.planId} of a PayPal subscription not found at PayPal`)
  const { customerId, checkoutId, items } = readSubscription(subscription, terms.interval)
  const payment = readSale(sale)
  const createdAt = dateOf(sale.create_time)!
  const startsAt = dateOf(subscription.startTime ?? subscription.createTime)!
  const present = items[0]!
  // The last payment pays the current period, whose end is PayPal's next date.
  const paidLast = dateOf(subscription.billingInfo?.lastPayment?.time)
  const isLast = paidLast !== null && createdAt >= paidLast
  const nextAt = isLast ? dateOf(subscription.billingInfo?.nextBillingTime) : null
  const period = paidPeriod(startsAt, terms.interval, createdAt, nextAt)
  return {
    externalId: sale.id,
    customerId,
    subscriptionId: id,
    checkoutId: isFirst(createdAt, startsAt, terms.interval) ? checkoutId : null,
    number: null,
    status: payment.status === 'SUCCEEDED' ? 'PAID' : payment.status === 'FAILED' ? 'VOID' : 'OPEN',
    total: payment.money,
    taxMinor: 0,
    includedTaxMinor: 0,
    amountDueMinor: payment.status === 'PENDING' ? payment.money.amountMinor : 0,
    dueAt: null,
    paymentDueAt: null,
    attempts: 0,
    failedAt: null,
    amountPaidMinor: payment.status === 'SUCCEEDED' ? payment.money.amountMinor : 0,
    creditMinor: 0,
    paymentId: sale.id,
    createdAt,
    paidAt: payment.paidAt,
    hostedUrl: null,
    pdfUrl: null,
    creditNotes: [],
    lines: [
      {
        description: describePeriod(terms, present.quantity, period.start, period.end),
        amountMinor: payment.money.amountMinor,
        quantity: present.quantity,
        proration: false,
        kind: 'RECURRING',
        periodStart: period.start.toISOString(),
        periodEnd: period.end.toISOString(),
        priceExternalId: subscription.planId ?? null,
      },
    ],
  }
}

async function refund(client: PayPalClient, call: CallPayPal, request: NewRefund): Promise<{ externalId: string }> {
  const { paymentId, refundId, amountMinor, reason } = request
  const capture = await orNull(
    call(
      'captures.get',
      async () => (await (await client.payments()).getCapturedPayment({ captureId: paymentId })).result,
    ),
  )
  if (capture?.supplementaryData?.relatedIds?.orderId) {
    const amount = toPayPalMoney({ amountMinor, currency: capture.amount?.currencyCode ?? '' })
    const { result } = await call('captures.refund', async () =>
      (await client.payments()).refundCapturedPayment({
        captureId: paymentId,
        paypalRequestId: refundId,
        prefer: 'return=representation',
        body: { amount, customId: refundId, ...(reason ? { noteToPayer: reason.slice(0, 255) } : {}) },
      }),
    )
    return { externalId: result.id! }
  }
  const sale = await call('sales.get', () => client.request<PayPalSale>('GET', `/v1/payments/sale/${paymentId}`))
  const { value: total } = toPayPalMoney({ amountMinor, currency: sale.amount.currency })
  const answer = await call('sales.refund', () =>
    client.request<{ id: string }>('POST', `/v1/payments/sale/${paymentId}/refund`, {
      requestId: refundId,
      body: {
        amount: { total, currency: sale.amount.currency },
        invoice_number: refundId,
        ...(reason ? { description: plain(reason) } : {}),
      },
    }),
  )
  return { externalId: answer.id }
}

/** The older interface takes single-byte letters alone. */
const plain = (text: string): string => text.replaceAll(/[^\x20-\x7E]/g, '?').slice(0, 255)
