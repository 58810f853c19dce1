import type { Stripe } from 'stripe'
import type { ProviderPeriod } from '../listing-port.js'
import type { MoneyListing } from '../money-listing-port.js'
import { idOf } from './read-objects.js'
import { readDispute, readInvoice, readRefund } from './read-payments.js'
import type { CallStripe } from './stripe-errors.js'
import { pages } from './stripe-pages.js'
import { fromStripe } from './stripe-amounts.js'

const limit = 100

/** Money that moved at Stripe, a page at a time. */
export function stripeMoney(client: Stripe, call: CallStripe): MoneyListing {
  return {
    moneyWindow: (period, now) => Promise.resolve({ ...period, now, missing: [] }),
    async *listCharges(period) {
      for await (const charge of pages(call, 'charges.list', (after) =>
        client.charges.list({ created: within(period), limit, ...after }),
      )) {
        const paymentId = idOf(charge.payment_intent)
        if (charge.status !== 'succeeded' || !charge.captured || !paymentId) continue
        yield {
          paymentId,
          customerId: idOf(charge.customer),
          money: fromStripe(charge.amount_captured, charge.currency),
        }
      }
    },
    async *listPaidInvoices(period) {
      for await (const invoice of pages(call, 'invoices.list', (after) =>
        client.invoices.list({ created: within(period), status: 'paid', limit, ...after }),
      )) {
        const { externalId, customerId, amountPaidMinor, creditMinor, total } = readInvoice(invoice, [])
        yield { externalId, customerId, creditMinor, total, paid: { ...total, amountMinor: amountPaidMinor } }
      }
    },
    async *listRefunds(period) {
      for await (const refund of pages(call, 'refunds.list', (after) =>
        client.refunds.list({ created: within(period), limit, ...after }),
      ))
        yield {
          externalId: refund.id,
          paymentId: idOf(refund.payment_intent),
          money: fromStripe(refund.amount, refund.currency),
          status: readRefund(refund).status,
          kind: 'REFUND',
          disputedAt: null,
        }
    },
    async *listDisputes(period) {
      for await (const dispute of pages(call, 'disputes.list', (after) =>
        client.disputes.list({ created: within(period), limit, ...after }),
      ))
        yield {
          externalId: dispute.id,
          paymentId: idOf(dispute.payment_intent),
          money: fromStripe(dispute.amount, dispute.currency),
          status: readDispute(dispute).status,
        }
    },
    async *listTransfers(period) {
      for await (const transfer of pages(call, 'transfers.list', (after) =>
        client.transfers.list({ created: within(period), limit, ...after }),
      ))
        yield {
          externalId: transfer.id,
          payoutId: transfer.metadata['payout_id'] ?? null,
          money: fromStripe(transfer.amount, transfer.currency),
        }
    },
  }
}

const within = ({ since, until }: ProviderPeriod) => ({
  gte: Math.floor(since.getTime() / 1000),
  lte: Math.floor(until.getTime() / 1000),
})
