import { resolveShape, stripeContract } from '#contract/contract.js'
import type { Fields, Shape } from '#contract/shape.js'
import type { RecordKind } from '#state/records.js'
import type { SandboxState } from '#sandbox-state.js'
import type { Release } from './api-version.js'
import { INCLUDABLE } from './includable.js'
import { expandableField } from './older-versions/older-fields.js'
import { invalid, notImplemented } from './stripe-error.js'

type Json = Record<string, unknown>

const MAX_DEPTH = 4

/**
 * Returns a copy of an object with objects instead of IDs at the given paths. Stripe's schemas determine which paths
 * are allowed.
 */
export function expand(
  world: SandboxState,
  object: object,
  paths: readonly string[],
  release: Release = 'endive',
): object {
  let expanded = object as Json
  for (const path of paths) {
    const keys = path.split('.')
    if (keys.filter((key) => key !== 'data').length > MAX_DEPTH) {
      throw invalid(`You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}`, 'expand')
    }
    expanded = expandKeys(world, { value: expanded, shape: 'any', keys, path, release }) as Json
  }
  return expanded
}

interface Step {
  value: unknown
  /** Shape of the value by the schema. */
  shape: Shape
  /** Rest of the path. */
  keys: readonly string[]
  path: string
  release: Release
}

function expandKeys(world: SandboxState, { value, shape, keys, path, release }: Step): unknown {
  const [key, ...rest] = keys
  if (value === null || key === undefined) return value
  if (Array.isArray(value))
    return value.map((item) => expandKeys(world, { value: item, shape: itemOf(shape), keys, path, release }))
  if (typeof value !== 'object') throw notExpandable(path)
  // A deleted object has only its ID.
  if ((value as Json)['deleted'] === true) return value
  const older = expandableField(world, release, value as Json, key)
  const object = older === undefined ? (value as Json) : { ...(value as Json), [key]: older.value }
  const field = older?.shape ?? fieldOf(object, shape, key)
  if (field === undefined) throw notExpandable(path)
  const found = expandField(world, object, key, field, { path, isLast: rest.length === 0 })
  return { ...object, [key]: expandKeys(world, { value: found, shape: field, keys: rest, path, release }) }
}

function expandField(
  world: SandboxState,
  object: Json,
  key: string,
  field: Shape,
  { path, isLast }: { readonly path: string; readonly isLast: boolean },
): unknown {
  const value = object[key]
  if (value === undefined) {
    const include = INCLUDABLE[`${String(object['object'])}.${key}`]
    if (include === undefined) throw notImplemented(`Expanding ${path}`, 'expand')
    return include(world, object)
  }
  if (Array.isArray(value) && value.every((id) => typeof id === 'string'))
    return value.map((id) => follow(world, id, itemOf(field), path))
  if (typeof value === 'string') return follow(world, value, field, path)
  if (isLast && !choicesOf(field).some((choice) => objectName(choice) !== null)) throw notExpandable(path)
  return value
}

/** The object behind an id, of one of the kinds that the schema allows there. */
function follow(world: SandboxState, id: string, field: Shape, path: string): object {
  const names = choicesOf(field).flatMap((choice) => objectName(choice) ?? [])
  if (names.length === 0) throw notExpandable(path)
  for (const name of names) {
    const target = world.store.get(name as RecordKind, id) ?? world.store.get(`deleted_${name}` as RecordKind, id)
    if (target !== undefined) return target
  }
  throw notImplemented(`Expanding ${path}`, 'expand')
}

/** Shape of a field: `data` of a list, the field of an object, the target of a name, otherwise the shape before it. */
function fieldOf(object: Json, shape: Shape, key: string): Shape | undefined {
  if (object['object'] === 'list') return key === 'data' ? { '[]': 'any' } : undefined
  const named = stripeContract().objects[String(object['object'])]
  const fields = named === undefined ? fieldsOf(shape) : (resolveShape(named) as Fields)
  return fields?.[key] ?? fields?.[`${key}?`]
}

function fieldsOf(shape: Shape): Fields | undefined {
  return choicesOf(shape)
    .map(resolveShape)
    .find((choice): choice is Fields => typeof choice === 'object' && !Array.isArray(choice))
}

function itemOf(shape: Shape): Shape {
  return fieldsOf(shape)?.['[]'] ?? 'any'
}

function choicesOf(shape: Shape): Shape[] {
  const resolved = typeof shape === 'string' ? shape : resolveShape(shape)
  return Array.isArray(resolved) ? resolved : [resolved]
}

/** The name of the object that a choice refers to; null for everything else. */
function objectName(choice: Shape): string | null {
  if (typeof choice !== 'string' || !choice.startsWith('#')) return null
  const { object } = resolveShape(choice) as Fields
  return typeof object === 'string' ? object.slice(1) : null
}

function notExpandable(path: string) {
  return invalid(`This property cannot be expanded (${path}).`, 'expand')
}
