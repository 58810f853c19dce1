import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { paging, text } from '../api/fields.js'
import { listPage } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { requireCustomer } from '../customers/require-customer.js'
import { emitEvent } from '../events/emit-event.js'
import { buildTaxId } from './tax-id.object.js'

const MAX_TAX_IDS = 5

/** Tax IDs of customers: create, list, retrieve, delete. The form of a value is checked for the European Union only. */
export const taxIdRoutes = [
  route(
    'POST',
    '/v1/customers/:customer/tax_ids',
    z.strictObject({ type: text.regex(/^[a-z]{2}_[a-z_]{2,}$/), value: text }),
    (world, { path, input }) => {
      const customer = requireCustomer(world, path['customer'] ?? '')
      const { type } = input
      const value = input.value.trim()
      if (type === 'eu_vat' && !/^(?:[A-Z]{2}[A-Z0-9+*]{2,13}|\d{9})$/.test(value.replace(/[\s.-]/g, '')))
        throw invalid(`Invalid value for ${type}.`, 'value', 'tax_id_invalid')
      if (taxIdsOf(world, customer).length >= MAX_TAX_IDS)
        throw invalid(`A customer can have up to ${MAX_TAX_IDS} tax IDs.`, 'type')
      const taxId = world.store.put('tax_id', buildTaxId(world, { customer, type, value }))
      emitEvent(world, 'customer.tax_id.created', taxId)
      return taxId
    },
  ),
  route('GET', '/v1/customers/:customer/tax_ids', z.strictObject({ ...paging }), (world, { path, input, url }) =>
    listPage(taxIdsOf(world, requireCustomer(world, path['customer'] ?? '')), url, input),
  ),
  route('GET', '/v1/customers/:customer/tax_ids/:tax_id', z.strictObject({}), (world, { path }) =>
    requireTaxId(world, path),
  ),
  route('DELETE', '/v1/customers/:customer/tax_ids/:tax_id', z.strictObject({}), (world, { path }) => {
    const taxId = requireTaxId(world, path)
    world.store.remove('tax_id', taxId.id)
    emitEvent(world, 'customer.tax_id.deleted', taxId)
    return { id: taxId.id, object: 'tax_id', deleted: true }
  }),
  // The IDs of the account itself: it has none here.
  route('GET', '/v1/tax_ids', z.strictObject({ ...paging }), (_world, { input, url }) => listPage([], url, input)),
  route('GET', '/v1/tax_ids/:tax_id', z.strictObject({}), (_world, { path }) => {
    throw missing('tax_id', path['tax_id'] ?? '')
  }),
]

const taxIdsOf = (world: SandboxState, { id }: Stripe.Customer): Stripe.TaxId[] =>
  world.store.by('tax_id', 'customer', id).toReversed()

function requireTaxId(world: SandboxState, path: Record<string, string>): Stripe.TaxId {
  const { id: customer } = requireCustomer(world, path['customer'] ?? '')
  const taxId = world.store.get('tax_id', path['tax_id'] ?? '')
  if (taxId?.customer !== customer) throw missing('tax_id', path['tax_id'] ?? '')
  return taxId
}
