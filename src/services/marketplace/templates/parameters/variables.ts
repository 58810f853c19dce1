import { interpolate, UNKNOWN } from '../definition/interpolation.js'

/** A variable that a definition leaves open. */
export interface Variable {
  readonly name: string
  /** Text that it has without a value. Null if there is none, or if other variables are in it. */
  readonly default: string | null
  /** Message of `${NAME:?message}`, without which Compose refuses to start. Null if it can be empty. */
  readonly required: string | null
}

/** Variables of all texts of a value by name, in their order. */
export function variablesOf(value: unknown, found = new Map<string, Variable>()): ReadonlyMap<string, Variable> {
  if (typeof value === 'string') {
    if (value.includes('$'))
      interpolate(value, false, (name, operator, text) => {
        const before = found.get(name)
        const isDefault = /^:?-/.test(operator) && !text.includes(UNKNOWN)
        found.set(name, {
          name,
          default: before?.default ?? (isDefault ? text : null),
          required: before?.required ?? (operator.endsWith('?') ? text.replaceAll(UNKNOWN, '…') : null),
        })
      })
  } else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) variablesOf(member, found)
  return found
}
