import type { Stripe } from 'stripe'
import type { ProviderPeriod } from '../listing-port.js'
import type { BalanceBooking, ListedTransfer, MoneyListing } from '../money-listing-port.js'
import { idOf } from './read-objects.js'
import { readDispute, readRefund } from './read-payments.js'
import { readCredit } from './stripe-balance.js'
import { readWholeInvoice } from './stripe-payments.js'
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
    async *listInvoices(period) {
      const created = within(period)
      for (const selected of [{ created }, { status: 'open', created: { lt: created.gte } }] as const)
        for await (const invoice of pages(call, 'invoices.list', (after) =>
          client.invoices.list({ ...selected, limit, ...after }),
        ))
          yield await readWholeInvoice(client, call, invoice)
    },
    async *listCreditedInvoices(period) {
      for await (const { id, invoice, status } of pages(call, 'creditNotes.list', (after) =>
        client.creditNotes.list({ created: within(period), limit, ...after }),
      ))
        if (status === 'issued') yield { externalId: idOf(invoice)!, creditNoteId: id }
    },
    async *listCustomers() {
      for await (const customer of pages(call, 'customers.list', (after) => client.customers.list({ limit, ...after })))
        yield { customerId: customer.id, credit: readCredit(customer) }
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
        yield readTransfer(transfer)
    },
    async *listBalance(period) {
      for await (const { id, amount, fee, currency, created, reporting_category: category } of pages(
        call,
        'balanceTransactions.list',
        (after) => client.balanceTransactions.list({ created: within(period), limit, ...after }),
      ))
        yield {
          externalId: id,
          kind: BALANCE_KINDS[category] ?? 'OTHER',
          money: fromStripe(amount, currency),
          feeMinor: fromStripe(fee, currency).amountMinor,
          at: new Date(created * 1000),
        }
    },
  }
}

/** Kinds of bookings by Stripe's category for accountants. */
const BALANCE_KINDS: Readonly<Record<string, BalanceBooking['kind']>> = {
  charge: 'PAYMENT',
  refund: 'REFUND',
  refund_failure: 'REFUND_FAILURE',
  partial_capture_reversal: 'REFUND',
  dispute: 'DISPUTE',
  dispute_reversal: 'DISPUTE',
  transfer: 'TRANSFER',
  transfer_reversal: 'TRANSFER',
}

export const readTransfer = ({ id, metadata, amount, currency }: Stripe.Transfer): ListedTransfer => ({
  externalId: id,
  payoutId: metadata['payout_id'] ?? null,
  money: fromStripe(amount, currency),
})

const within = ({ since, until }: ProviderPeriod) => ({
  gte: Math.floor(since.getTime() / 1000),
  lte: Math.floor(until.getTime() / 1000),
})
