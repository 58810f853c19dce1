import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import { pageOf } from '../api/paging.js'
import { patchedText, readPatch } from '../api/patch.js'
import { notFound, PayPalError } from '../api/paypal-error.js'
import { REMEMBERED, route, type PayPalAnswer } from '../api/route.js'
import { payPalNow } from '../api/time.js'
import { emitEvent } from '../events/emit-event.js'
import type { Product } from '../objects.js'

const PATH = '/v1/catalogs/products'
const LENGTHS: Record<string, number> = { description: 256, category: 256, image_url: 2000, home_url: 2000 }

/** Catalog products: create, list, retrieve, update. */
export const productRoutes = [
  route('POST', PATH, (world, { body }) => shown(world, createProduct(world, body), 201), {
    remembers: REMEMBERED.subscriptions,
    again: (world, id) => shown(world, requireProduct(world, id), 200),
  }),
  route('GET', PATH, (world, { query }) => {
    const { items, ...page } = pageOf(world, world.store.newest('paypal.product'), PATH, query)
    const products = items.map((product) => {
      const { id, name, description, create_time, links } = showProduct(world, product)
      return { id, name, ...(description === undefined ? {} : { description }), create_time, links }
    })
    return { status: 200, body: { products, ...page } }
  }),
  route('GET', `${PATH}/:id`, (world, { ids }) => ({
    status: 200,
    body: showProduct(world, requireProduct(world, ids['id'] ?? '')),
  })),
  route('PATCH', `${PATH}/:id`, (world, { ids, body }) => {
    const before = requireProduct(world, ids['id'] ?? '')
    const changed: Record<string, unknown> = { ...before, update_time: payPalNow(world) }
    for (const { op, path, value } of readPatch(body, /^\/(description|category|image_url|home_url)$/, /./)) {
      const name = path.slice(1)
      if (op === 'remove') delete changed[name]
      else changed[name] = patchedText(value, path, LENGTHS[name] ?? 127)
    }
    const product = world.store.put('paypal.product', changed as unknown as Product)
    emitEvent(world, 'CATALOG.PRODUCT.UPDATED', showProduct(world, product))
    return { status: 204 }
  }),
]

/** The product, or PayPal's 404. */
export function requireProduct(world: SandboxState, id: string): Product {
  const product = world.store.get('paypal.product', id)
  if (product === undefined) throw notFound()
  return product
}

function createProduct(world: SandboxState, body: Record<string, unknown>): Product {
  const { id = `PROD-${world.ids.code('paypal.product')}`, name, type, ...rest } = body as Partial<Product>
  if (world.store.get('paypal.product', id) !== undefined)
    throw new PayPalError(
      409,
      'RESOURCE_CONFLICT',
      'The server has detected a conflict while processing this request.',
      [{ issue: 'DUPLICATE_RESOURCE_IDENTIFIER', field: '/id', value: id }],
    )
  const time = payPalNow(world)
  const { description, category, image_url, home_url } = rest
  const optional = Object.fromEntries(
    Object.entries({ description, category, image_url, home_url }).filter(([, value]) => value !== undefined),
  )
  const product = { id, name: name ?? '', type: type ?? 'PHYSICAL', ...optional, create_time: time, update_time: time }
  world.store.put('paypal.product', product)
  emitEvent(world, 'CATALOG.PRODUCT.CREATED', showProduct(world, product))
  return product
}

function showProduct(world: SandboxState, product: Product) {
  const path = `${PATH}/${product.id}`
  return { ...product, links: [apiLink(world, 'self', path), apiLink(world, 'edit', path, 'PATCH')] }
}

function shown(world: SandboxState, product: Product, status: number): PayPalAnswer {
  const body = showProduct(world, product)
  return { status, body, minimal: { id: body.id, name: body.name, create_time: body.create_time, links: body.links } }
}
