import type { World } from '../../world.js'
import { wholeList } from './list.js'

/** Fields that an object shows only when someone expands them, by `object.field`, with what stands there then. */
export const INCLUDABLE: Record<string, (world: World, object: Record<string, unknown>) => unknown> = {
  'checkout.session.line_items': (world, { id }) =>
    wholeList(
      world.store.need('session_detail', String(id)).lineItems,
      `/v1/checkout/sessions/${String(id)}/line_items`,
    ),
  'invoice.payments': (world, { id }) =>
    wholeList(
      world.store.newest('invoice_payment').filter((payment) => payment.invoice === id),
      `/v1/invoice_payments?invoice=${String(id)}`,
    ),
  'customer.subscriptions': (world, { id }) =>
    wholeList(
      world.store.newest('subscription').filter((one) => one.customer === id && one.status !== 'canceled'),
      `/v1/customers/${String(id)}/subscriptions`,
    ),
  'price.currency_options': (world, { id }) => world.store.get('price_currencies', String(id))?.options ?? {},
}
