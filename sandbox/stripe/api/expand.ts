import type { RecordKind } from '../../state/records.js'
import type { World } from '../../world.js'
import { wholeList } from './list.js'
import { invalid } from './stripe-error.js'

type Json = Record<string, unknown>

const MAX_DEPTH = 4

/** Which objects an id can be expanded to, by its prefix. */
const KINDS: Record<string, RecordKind[]> = {
  cus: ['customer', 'deleted_customer'],
  prod: ['product'],
  price: ['price'],
  sub: ['subscription'],
  in: ['invoice'],
  pi: ['payment_intent'],
  pm: ['payment_method'],
  ch: ['charge'],
}

/** Fields that are left out of an object until someone expands them. */
const INCLUDABLE: Record<string, (world: World, object: Json) => unknown> = {
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

/** Fields that look like ids and are none. */
const NEVER = new Set(['id', 'client_reference_id', 'metadata'])

/** Answers a copy of an object in which the given paths hold objects instead of ids. */
export function expand(world: World, object: object, paths: readonly string[]): object {
  let expanded = object as Json
  for (const path of paths) {
    const keys = path.split('.')
    if (keys.filter((key) => key !== 'data').length > MAX_DEPTH) {
      throw invalid(`You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}`, 'expand')
    }
    expanded = expandKeys(world, expanded, keys, path) as Json
  }
  return expanded
}

function expandKeys(world: World, value: unknown, keys: readonly string[], path: string): unknown {
  if (value === null || keys.length === 0) return value
  if (Array.isArray(value)) return value.map((item) => expandKeys(world, item, keys, path))
  const [key, ...rest] = keys as [string, ...string[]]
  if (typeof value !== 'object' || NEVER.has(key)) throw notExpandable(path)
  const object = value as Json
  const found = expandField(world, object, key, path)
  return { ...object, [key]: expandKeys(world, found, rest, path) }
}

function expandField(world: World, object: Json, key: string, path: string): unknown {
  const include = INCLUDABLE[`${String(object['object'])}.${key}`]
  if (include !== undefined && object[key] === undefined) return include(world, object)
  const field = object[key]
  if (field === undefined) throw notExpandable(path)
  if (typeof field !== 'string') return field
  const kinds = KINDS[field.slice(0, field.indexOf('_'))] ?? []
  for (const kind of kinds) {
    const target = world.store.get(kind, field)
    if (target !== undefined) return target
  }
  throw notExpandable(path)
}

function notExpandable(path: string) {
  return invalid(`This property cannot be expanded (${path}).`, 'expand')
}
