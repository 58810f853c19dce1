import { StackgateError } from './errors.js'

/** A character that can be seen. */
const VISIBLE = /[^\p{White_Space}\p{C}\p{Default_Ignorable_Code_Point}]/u

/** True for a text with a visible character. No other value is an ID, and none is ever turned into a text. */
export const isTextId = (value: unknown): value is string => typeof value === 'string' && VISIBLE.test(value)

/**
 * Returns the ID of a customer or an account unchanged.
 * @throws StackgateError with the code `UNAUTHENTICATED` and the status 401 if it is no text, because a caller without an ID is unknown
 */
export function textId(value: unknown, name: 'customer' | 'accountId'): string {
  if (isTextId(value)) return value
  const expected = name === 'customer' ? 'your ID of the customer' : 'the ID or reference of an account'
  const message = `${name} must be ${expected} as a text, not ${kindOf(value)}.`
  throw new StackgateError({ code: 'UNAUTHENTICATED', status: 401, message })
}

/** The kind of a value, for people. The value itself is not shown. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a blank text'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'then' in value ? 'a promise, which needs await' : 'an object'
  return `a ${typeof value}`
}
