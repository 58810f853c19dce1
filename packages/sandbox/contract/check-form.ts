import type { FormValue } from '../stripe/api/form.js'
import { resolveShape } from './contract.js'
import type { Fields, Shape } from './shape.js'

/** Problem with a parameter of a form. */
export type FormProblem = { path: string[] } & (
  | { kind: 'unknown' | 'missing' }
  | { kind: 'type'; expected: 'array' | 'boolean' | 'decimal' | 'integer' | 'object' | 'string'; value: FormValue }
  | { kind: 'enum'; values: string[] }
)

const NUMBER = /^-?\d+(\.\d+)?$/

/**
 * Returns the places where a form breaks the shape of a route's parameters. A form contains text at its leaves: `"12"`
 * is a number.
 */
export function checkForm(shape: Shape, value: FormValue, path: string[] = []): FormProblem[] {
  const wanted = resolveShape(shape)
  if (Array.isArray(wanted)) return checkUnion(wanted, value, path)
  if (typeof wanted === 'object') return checkStructure(wanted, value, path)
  return checkText(wanted, value, path)
}

function checkText(wanted: string | boolean, value: FormValue, path: string[]): FormProblem[] {
  if (wanted === 'any' || wanted === 'object') return []
  if (typeof value !== 'string') return [{ kind: 'type', expected: 'string', value, path }]
  if (typeof wanted === 'boolean') return literal(String(wanted), value, path)
  if (wanted.startsWith('=')) return literal(wanted.slice(1), value, path)
  if (wanted === 'null') return literal('', value, path)
  if ((wanted === 'number' || wanted === 'decimal') && !NUMBER.test(value))
    return [{ kind: 'type', expected: wanted === 'number' ? 'integer' : 'decimal', value, path }]
  if (wanted === 'boolean' && value !== 'true' && value !== 'false')
    return [{ kind: 'type', expected: 'boolean', value, path }]
  return []
}

function literal(wanted: string, value: string, path: string[]): FormProblem[] {
  return value === wanted ? [] : [{ kind: 'enum', values: [wanted], path }]
}

/** The problems of the choice that comes closest: of the right kind and with the fewest; of an enum all its values. */
function checkUnion(choices: readonly Shape[], value: FormValue, path: string[]): FormProblem[] {
  let closest: FormProblem[] | null = null
  const values: string[] = []
  for (const choice of choices) {
    const found = checkForm(choice, value, path)
    if (found.length === 0) return []
    const [first] = found
    if (first?.kind === 'enum' && first.path.length === path.length) {
      if (first.values[0] !== '') values.push(...first.values)
      continue
    }
    const isNearer = closest === null || isOtherKind(closest, path) || found.length < closest.length
    if (isNearer && (closest === null || !isOtherKind(found, path))) closest = found
  }
  return values.length > 0 && typeof value === 'string' ? [{ kind: 'enum', values, path }] : (closest ?? [])
}

/** True if the value as a whole was of another kind than the choice. */
function isOtherKind([first]: readonly FormProblem[], path: string[]): boolean {
  return first?.kind === 'type' && first.path.length === path.length
}

function checkStructure(wanted: Fields, value: FormValue, path: string[]): FormProblem[] {
  const item = wanted['[]']
  if (item !== undefined) {
    const items = listOf(value)
    if (items === null) return [{ kind: 'type', expected: 'array', value, path }]
    return items.flatMap((one, index) => checkForm(item, one, [...path, String(index)]))
  }
  if (typeof value === 'string') return [{ kind: 'type', expected: 'object', value, path }]
  const entries = Object.entries(value)
  const entry = wanted['{}']
  if (entry !== undefined) return entries.flatMap(([key, one]) => checkForm(entry, one, [...path, key]))
  return checkFields(wanted, new Map(entries), path)
}

/** A list, also when its indexes have gaps. */
function listOf(value: FormValue): FormValue[] | null {
  if (typeof value === 'string') return null
  if (Array.isArray(value)) return value
  return Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : null
}

function checkFields(wanted: Fields, given: Map<string, FormValue>, path: string[]): FormProblem[] {
  const found: FormProblem[] = []
  for (const [name, shape] of Object.entries(wanted)) {
    const optional = name.endsWith('?')
    const key = optional ? name.slice(0, -1) : name
    const value = given.get(key)
    given.delete(key)
    if (value !== undefined) found.push(...checkForm(shape, value, [...path, key]))
    else if (!optional) found.push({ kind: 'missing', path: [...path, key] })
  }
  for (const key of given.keys()) found.push({ kind: 'unknown', path: [...path, key] })
  return found
}
