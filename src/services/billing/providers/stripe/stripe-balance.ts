import type { Money } from '#services/kernel/money/money.js'
import type { Stripe } from 'stripe'
import type { BalancePort } from '../balance-port.js'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import { time } from './read-objects.js'
import { orNull, type CallStripe } from './stripe-errors.js'
import { allOf, pages } from './stripe-pages.js'
import { fromStripe, toStripe } from './stripe-amounts.js'

const PAGE = 100

/** Types of the changes of a balance that no invoice causes. */
const BY_HAND: readonly string[] = ['adjustment', 'initial', 'migration', 'unspent_receiver_credit']

/** The credit of a customer. Null without a currency. */
export const readCredit = ({ balance, currency }: Stripe.Customer): Money | null =>
  // Subtracts from zero, because negation would return -0.
  currency ? fromStripe(0 - balance, currency) : null

/** A customer's balance and invoices at Stripe. Stripe stores credit as a balance below zero. */
export function stripeBalance(client: Stripe, call: CallStripe): BalancePort {
  const invoicesOf = async (subscription: string, status: 'draft' | 'open' | 'paid'): Promise<string[]> => {
    const invoices = await allOf(
      pages(call, 'invoices.list', (after) => client.invoices.list({ subscription, status, limit: PAGE, ...after })),
    )
    return invoices.map(({ id }) => id)
  }
  return {
    keepsBalance: true,
    creditBalanceOf: async (customerId) => {
      const customer = await orNull(call('customers.retrieve', () => client.customers.retrieve(customerId)))
      return customer && !customer.deleted ? readCredit(customer) : null
    },
    findCreditChange: async ({ customerId, key }) => {
      for await (const change of pages(call, 'customers.listBalanceTransactions', (after) =>
        client.customers.listBalanceTransactions(customerId, { limit: PAGE, ...after }),
      ))
        if (change.metadata?.['cause'] === key) return fromStripe(0 - change.amount, change.currency).amountMinor
      return null
    },
    async *creditChangesOf(customerId) {
      const customer = await orNull(call('customers.retrieve', () => client.customers.retrieve(customerId)))
      // The changes of a deleted customer cannot be read.
      if (!customer || customer.deleted) return
      for await (const { id, amount, currency, created, description, metadata, type } of pages(
        call,
        'customers.listBalanceTransactions',
        (after) => client.customers.listBalanceTransactions(customerId, { limit: PAGE, ...after }),
      ))
        if (BY_HAND.includes(type) && !metadata?.['cause'])
          yield { externalId: id, money: fromStripe(0 - amount, currency), reason: description, at: time(created)! }
    },
    changeCredit: async ({ customerId, amountMinor, currency, reason, key, idempotencyKey }) => {
      await call('customers.createBalanceTransaction', () =>
        client.customers.createBalanceTransaction(
          customerId,
          {
            amount: 0 - toStripe({ amountMinor, currency }),
            currency: currency.toLowerCase(),
            description: reason.slice(0, 350),
            metadata: { cause: key },
          },
          { idempotencyKey },
        ),
      )
    },
    openInvoicesOf: async (subscription) => [
      ...(await invoicesOf(subscription, 'draft')),
      ...(await invoicesOf(subscription, 'open')),
    ],
    paidInvoicesOf: (subscription) => invoicesOf(subscription, 'paid'),
    voidInvoice: async (externalId) => {
      const invoice = await orNull(call('invoices.retrieve', () => client.invoices.retrieve(externalId)))
      if (invoice?.status === 'draft')
        await call('invoices.finalize', () => client.invoices.finalizeInvoice(externalId, { auto_advance: false }))
      if (invoice?.status !== 'draft' && invoice?.status !== 'open' && invoice?.status !== 'uncollectible') return
      try {
        await call('invoices.void', () => client.invoices.voidInvoice(externalId))
      } catch (error) {
        // It was paid or voided in the meantime; its event contains the result.
        if (!(error instanceof ProviderRejected)) throw error
      }
    },
  }
}
