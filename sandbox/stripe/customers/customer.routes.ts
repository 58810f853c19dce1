import { z } from 'zod'
import type { World } from '../../world.js'
import { changeObject } from '../api/change-object.js'
import { clearable, created, mergeMetadata, metadata, paging, text, unsupported } from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { cancelSubscription } from '../subscriptions/cancel-subscription.js'
import { buildCustomer } from './customer.object.js'

const fields = {
  email: clearable.optional(),
  name: clearable.optional(),
  phone: clearable.optional(),
  description: clearable.optional(),
  metadata: metadata.optional(),
  address: unsupported,
  balance: unsupported,
  business_name: unsupported,
  cash_balance: unsupported,
  individual_name: unsupported,
  invoice_prefix: unsupported,
  invoice_settings: unsupported,
  next_invoice_sequence: unsupported,
  preferred_locales: unsupported,
  shipping: unsupported,
  source: unsupported,
  tax: unsupported,
  tax_exempt: unsupported,
}

/** Customers: create, retrieve, update, list by email, delete. */
export const customerRoutes = [
  route(
    'POST',
    '/v1/customers',
    z.strictObject({ ...fields, payment_method: unsupported, tax_id_data: unsupported, test_clock: unsupported }),
    (world, { input }) => {
      const customer = buildCustomer(world, { ...input, metadata: mergeMetadata({}, input.metadata) })
      world.store.put('customer', customer)
      emitEvent(world, 'customer.created', customer)
      return customer
    },
  ),
  route('GET', '/v1/customers/:customer', z.strictObject({}), (world, { path }) => {
    const id = path['customer'] ?? ''
    return world.store.get('deleted_customer', id) ?? needCustomer(world, id)
  }),
  route(
    'POST',
    '/v1/customers/:customer',
    z.strictObject({ ...fields, default_source: unsupported }),
    (world, { path, input }) => {
      const before = needCustomer(world, path['customer'] ?? '')
      const { email, name, phone, description } = input
      const { object, previous } = changeObject(world, 'customer', before.id, {
        ...(email === undefined ? {} : { email }),
        ...(name === undefined ? {} : { name }),
        ...(phone === undefined ? {} : { phone }),
        ...(description === undefined ? {} : { description }),
        metadata: mergeMetadata(before.metadata, input.metadata),
      })
      if (Object.keys(previous).length > 0) emitEvent(world, 'customer.updated', object, previous)
      return object
    },
  ),
  route(
    'GET',
    '/v1/customers',
    z.strictObject({ ...paging, created, email: text.optional(), test_clock: unsupported }),
    (world, { input, url }) => {
      const customers = world.store
        .newest('customer')
        .filter((one) => (input.email === undefined || one.email === input.email) && wasCreated(one, input.created))
      return listPage(customers, url, input)
    },
  ),
  route('DELETE', '/v1/customers/:customer', z.strictObject({}), (world, { path }) => {
    const customer = needCustomer(world, path['customer'] ?? '')
    for (const subscription of world.store.all('subscription')) {
      if (subscription.customer === customer.id && subscription.status !== 'canceled')
        cancelSubscription(world, subscription.id)
    }
    world.store.remove('customer', customer.id)
    emitEvent(world, 'customer.deleted', customer)
    return world.store.put('deleted_customer', { id: customer.id, object: 'customer', deleted: true })
  }),
]

/** The customer with this id, or Stripe's refusal. */
export function needCustomer(world: World, id: string, param = 'id', status = 404) {
  const customer = world.store.get('customer', id)
  if (customer === undefined) throw missing('customer', id, param, status)
  return customer
}
