import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { boolean, clearable, created, mergeMetadata, metadata, paging, text, unsupported } from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { buildProduct } from './product.object.js'

const fields = {
  active: boolean.optional(),
  description: clearable.optional(),
  images: z.array(text).max(8).optional(),
  metadata: metadata.optional(),
  statement_descriptor: clearable.optional(),
  unit_label: clearable.optional(),
  url: clearable.optional(),
  marketing_features: unsupported,
  package_dimensions: unsupported,
  shippable: unsupported,
  tax_code: unsupported,
  tax_details: unsupported,
}

/** Products: create (also with an id of one's own), retrieve, update, list. */
export const productRoutes = [
  route(
    'POST',
    '/v1/products',
    z.strictObject({
      ...fields,
      id: text.min(1).optional(),
      name: text.min(1),
      default_price_data: unsupported,
      type: unsupported,
    }),
    (world, { input }) => {
      if (input.id !== undefined && world.store.get('product', input.id) !== undefined) {
        throw invalid(`Product already exists with ID '${input.id}'`, 'id', 'resource_already_exists')
      }
      const product = buildProduct(world, { ...input, metadata: mergeMetadata({}, input.metadata) })
      world.store.put('product', product)
      emitEvent(world, 'product.created', product)
      return product
    },
  ),
  route('GET', '/v1/products/:product', z.strictObject({}), (world, { path }) =>
    requireProduct(world, path['product'] ?? ''),
  ),
  route(
    'POST',
    '/v1/products/:product',
    z.strictObject({ ...fields, name: text.min(1).optional(), default_price: text.optional() }),
    (world, { path, input }) => {
      const before = requireProduct(world, path['product'] ?? '')
      const { metadata: change, ...given } = input
      if (given.default_price !== undefined && world.store.get('price', given.default_price)?.product !== before.id) {
        throw missing('price', given.default_price, 'default_price', 400)
      }
      const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
      const { object, previous } = changeObject(world, 'product', before.id, {
        ...changes,
        metadata: mergeMetadata(before.metadata, change),
        updated: world.clock.seconds,
      })
      emitEvent(world, 'product.updated', object, previous)
      return object
    },
  ),
  route(
    'GET',
    '/v1/products',
    z.strictObject({
      ...paging,
      created,
      active: boolean.optional(),
      ids: z.array(text).max(100).optional(),
      url: text.optional(),
      shippable: unsupported,
      type: unsupported,
    }),
    (world, { input, url }) => {
      const products = world.store
        .newest('product')
        .filter(
          (one) =>
            (input.active === undefined || one.active === input.active) &&
            (input.ids === undefined || input.ids.includes(one.id)) &&
            (input.url === undefined || one.url === input.url) &&
            wasCreated(one, input.created),
        )
      return listPage(products, url, input)
    },
  ),
]

function requireProduct(world: SandboxState, id: string) {
  const product = world.store.get('product', id)
  if (product === undefined) throw missing('product', id)
  return product
}
