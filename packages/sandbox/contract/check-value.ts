import { resolveShape } from './contract.js'
import type { Fields, Shape } from './shape.js'

const DECIMAL = /^-?\d+(\.\d+)?$/

/** Returns one sentence per place where a value breaks its shape, for example `items.data[0].livemode is unknown`. */
export function checkValue(shape: Shape, value: unknown, path = ''): string[] {
  const wanted = resolveShape(shape)
  if (Array.isArray(wanted)) return checkUnion(wanted, value, path)
  if (typeof wanted === 'object') return checkStructure(wanted, value, path)
  return isPrimitive(wanted, value) ? [] : [`${path || 'it'} is ${show(value)}, not ${String(wanted)}`]
}

function isPrimitive(wanted: string | boolean, value: unknown): boolean {
  if (typeof wanted === 'boolean') return value === wanted
  if (wanted.startsWith('=')) return value === wanted.slice(1)
  if (wanted === 'any') return value !== undefined
  if (wanted === 'null') return value === null
  if (wanted === 'object') return isObject(value)
  if (wanted === 'decimal') return typeof value === 'string' && DECIMAL.test(value)
  // Type names of the notation are those of `typeof`.
  return typeof value === wanted
}

function checkUnion(choices: readonly Shape[], value: unknown, path: string): string[] {
  let closest: string[] | null = null
  for (const choice of choices) {
    const found = checkValue(choice, value, path)
    if (found.length === 0) return []
    // A problem within the choice of the right kind is more useful than the message that the kind differs.
    const isNearer = closest === null || depth(found) > depth(closest)
    if (isNearer && isObject(value) && typeof resolveShape(choice) === 'object') closest = found
  }
  return closest ?? [`${path || 'it'} is ${show(value)}, which is none of ${show(choices)}`]
}

/** Depth at which a choice fails: an object of another kind fails at its first literal, the right one deeper. */
function depth(found: readonly string[]): number {
  return found.some((one) => /(^|\.)object is "/.test(one)) ? -found.length - 1000 : -found.length
}

function checkStructure(wanted: Fields, value: unknown, path: string): string[] {
  const item = wanted['[]']
  if (item !== undefined) {
    if (!Array.isArray(value)) return [`${path || 'it'} is ${show(value)}, not a list`]
    return value.flatMap((one, index) => checkValue(item, one, `${path}[${index}]`))
  }
  if (!isObject(value)) return [`${path || 'it'} is ${show(value)}, not an object`]
  const entry = wanted['{}']
  if (entry !== undefined) {
    return Object.entries(value).flatMap(([key, one]) => checkValue(entry, one, join(path, key)))
  }
  return checkFields(wanted, value, path)
}

function checkFields(wanted: Fields, value: Record<string, unknown>, path: string): string[] {
  const found: string[] = []
  const given = new Set(Object.keys(value).filter((key) => value[key] !== undefined))
  for (const [name, shape] of Object.entries(wanted)) {
    const optional = name.endsWith('?')
    const key = optional ? name.slice(0, -1) : name
    if (given.delete(key)) found.push(...checkValue(shape, value[key], join(path, key)))
    else if (!optional) found.push(`${join(path, key)} is missing`)
  }
  for (const key of given) found.push(`${join(path, key)} is unknown`)
  return found
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 120 ? `${text.slice(0, 117)}...` : text
}
