import { z } from 'zod'
import type { World } from '../../world.js'
import { created, paging, text, unsupported } from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'

/** Invoices: retrieve, list by customer, subscription, status; their lines. */
export const invoiceRoutes = [
  route('GET', '/v1/invoices/:invoice', z.strictObject({}), (world, { path }) =>
    needInvoice(world, path['invoice'] ?? ''),
  ),
  route(
    'GET',
    '/v1/invoices',
    z.strictObject({
      ...paging,
      created,
      customer: text.optional(),
      subscription: text.optional(),
      status: z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']).optional(),
      collection_method: z.enum(['charge_automatically', 'send_invoice']).optional(),
      customer_account: unsupported,
      due_date: unsupported,
    }),
    (world, { input, url }) => {
      const invoices = world.store
        .newest('invoice')
        .filter(
          (one) =>
            (input.customer === undefined || one.customer === input.customer) &&
            (input.subscription === undefined ||
              one.parent?.subscription_details?.subscription === input.subscription) &&
            (input.status === undefined || one.status === input.status) &&
            (input.collection_method === undefined || one.collection_method === input.collection_method) &&
            wasCreated(one, input.created),
        )
      return listPage(invoices, url, input)
    },
  ),
  route('GET', '/v1/invoices/:invoice/lines', z.strictObject(paging), (world, { path, input, url }) =>
    listPage(needInvoice(world, path['invoice'] ?? '').lines.data, url, input),
  ),
]

function needInvoice(world: World, id: string) {
  const invoice = world.store.get('invoice', id)
  if (invoice === undefined) throw missing('invoice', id)
  return invoice
}
