import { z } from 'zod'
import { created, paging, text } from './api/fields.js'
import { listPage } from './api/list.js'
import { route } from './api/route.js'
import { missing } from './api/stripe-error.js'
import { requireCustomer } from './customers/require-customer.js'

/**
 * Lists of what the sandbox cannot make: they are empty, and nothing is found in them. Programs that copy an account
 * read them.
 */
export const emptyListRoutes = [
  route(
    'GET',
    '/v1/customers/:customer/sources',
    z.strictObject({ ...paging, object: text.optional() }),
    (world, { path, input, url }) => {
      requireCustomer(world, path['customer'] ?? '')
      return listPage([], url, input)
    },
  ),
  route('GET', '/v1/products/:product/features', z.strictObject({ ...paging }), (world, { path, input, url }) => {
    const id = path['product'] ?? ''
    if (world.store.get('product', id) === undefined) throw missing('product', id)
    return listPage([], url, input)
  }),
  route(
    'GET',
    '/v1/radar/early_fraud_warnings',
    z.strictObject({ ...paging, created, charge: text.optional(), payment_intent: text.optional() }),
    (_world, { input, url }) => listPage([], url, input),
  ),
  route('GET', '/v1/radar/early_fraud_warnings/:warning', z.strictObject({}), (_world, { path }) => {
    throw missing('radar.early_fraud_warning', path['warning'] ?? '')
  }),
]
