import type Stripe from 'stripe'
import { resolveShape, stripeContract } from './contract.js'
import type { Fields, Shape } from './shape.js'

type Carried = Stripe.Event['data']['object']

/** The type of the objects with this name; what no event carries is just an object. */
export type ObjectNamed<Name extends string> = [Extract<Carried, { object: Name }>] extends [never]
  ? object
  : Extract<Carried, { object: Name }>

/**
 * An object of Stripe's with every field that its schema requires, to lay state over: null where null is allowed, else
 * the empty value of its type, for an enum the first of its values. Fields that may be missing are, unless `present` names them.
 */
export function emptyObject<Name extends string>(object: Name, present: readonly string[] = []): ObjectNamed<Name> {
  const shape = stripeContract().objects[object]
  if (shape === undefined) throw new Error(`the contract does not describe ${object}`)
  const fields = resolveShape(shape) as Fields
  const optional = present.map((name) => [name, emptyValue(fields[`${name}?`] ?? fields[name] ?? 'null')])
  return { ...(emptyValue(shape) as object), ...Object.fromEntries(optional) } as ObjectNamed<Name>
}

function emptyValue(shape: Shape): unknown {
  const wanted = resolveShape(shape)
  if (Array.isArray(wanted)) return emptyChoice(wanted)
  if (typeof wanted === 'boolean') return wanted
  if (typeof wanted === 'string') return emptyText(wanted)
  if ('[]' in wanted) return []
  if ('{}' in wanted) return {}
  return Object.fromEntries(
    Object.entries(wanted)
      .filter(([name]) => !name.endsWith('?'))
      .map(([name, field]) => [name, emptyValue(field)]),
  )
}

/** Null where it may be; of a reference that may be an id, the id. */
function emptyChoice(choices: readonly Shape[]): unknown {
  if (choices.includes('null')) return null
  return choices.includes('string') ? '' : emptyValue(choices[0] as Shape)
}

function emptyText(wanted: string): unknown {
  if (wanted.startsWith('=')) return wanted.slice(1)
  const empty: Record<string, unknown> = {
    string: '',
    number: 0,
    boolean: false,
    decimal: '0',
    null: null,
    object: {},
    any: null,
  }
  return empty[wanted]
}
