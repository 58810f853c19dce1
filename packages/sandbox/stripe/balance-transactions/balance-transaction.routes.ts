import { z } from 'zod'
import { created, currency, paging, text, unsupported } from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'

/** Balance transactions of payments, refunds, disputes and transfers: retrieve, list by source, type and currency. */
export const balanceTransactionRoutes = [
  route('GET', '/v1/balance_transactions/:transaction', z.strictObject({}), (world, { path }) => {
    const id = path['transaction'] ?? ''
    const transaction = world.store.get('balance_transaction', id)
    if (transaction === undefined) throw missing('balance_transaction', id)
    return transaction
  }),
  route(
    'GET',
    '/v1/balance_transactions',
    z.strictObject({
      ...paging,
      created,
      currency: currency.optional(),
      source: text.optional(),
      type: text.optional(),
      payout: unsupported,
    }),
    (world, { input, url }) => {
      const found = world.store
        .newest('balance_transaction')
        .filter(
          (one) =>
            (input.currency === undefined || one.currency === input.currency) &&
            (input.source === undefined || one.source === input.source) &&
            (input.type === undefined || one.type === input.type) &&
            wasCreated(one, input.created),
        )
      return listPage(found, url, input)
    },
  ),
]
