import type { SandboxState } from '#sandbox-state.js'
import { balanceIn } from '../customers/customer-balance.js'
import { amountPaidOffStripe, confirmationSecretOf } from '../invoices/invoice-payment.js'
import { wholeList } from './list.js'

/** Fields that an object shows only if the caller expands them, by `object.field`, with their value. */
export const INCLUDABLE: Record<string, (world: SandboxState, object: Record<string, unknown>) => unknown> = {
  'checkout.session.line_items': (world, { id }) =>
    wholeList(
      world.store.need('session_detail', String(id)).lineItems,
      `/v1/checkout/sessions/${String(id)}/line_items`,
    ),
  'invoice.payments': (world, { id }) =>
    wholeList(
      world.store.by('invoice_payment', 'invoice', String(id)).toReversed(),
      `/v1/invoice_payments?invoice=${String(id)}`,
    ),
  'customer.subscriptions': (world, { id }) =>
    wholeList(
      world.store
        .by('subscription', 'customer', String(id))
        .toReversed()
        .filter((one) => one.status !== 'canceled'),
      `/v1/customers/${String(id)}/subscriptions`,
    ),
  'customer.tax': () => ({
    automatic_tax: 'unrecognized_location',
    ip_address: null,
    location: null,
    provider: 'stripe',
  }),
  'customer.sources': (_world, { id }) => wholeList([], `/v1/customers/${String(id)}/sources`),
  'customer.tax_ids': (world, { id }) =>
    wholeList(world.store.by('tax_id', 'customer', String(id)).toReversed(), `/v1/customers/${String(id)}/tax_ids`),
  'customer.invoice_credit_balance': (world, { id }) => {
    const customer = world.store.need('customer', String(id))
    const others = world.store.by('customer_balance_transaction', 'customer', customer.id)
    const currencies = new Set([customer.currency ?? [], others.map(({ currency }) => currency)].flat())
    return Object.fromEntries([...currencies].map((currency) => [currency, balanceIn(world, customer, currency)]))
  },
  'customer.cash_balance': () => null,
  'invoice.amount_paid_off_stripe': (world, { id }) => amountPaidOffStripe(world, String(id)),
  'invoice.confirmation_secret': (world, { id }) => confirmationSecretOf(world, String(id)),
  'charge.refunds': (world, { id }) =>
    wholeList(world.store.by('refund', 'charge', String(id)).toReversed(), `/v1/charges/${String(id)}/refunds`),
  'coupon.applies_to': (world, { id }) => ({ products: world.store.get('coupon_scope', String(id))?.products ?? [] }),
  'price.tiers': (world, { id }) => world.store.get('price_tiers', String(id))?.tiers ?? [],
  'price.currency_options': (world, { id }) => world.store.get('price_currencies', String(id))?.options ?? {},
}
