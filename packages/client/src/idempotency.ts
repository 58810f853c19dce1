import type { KeyedInput } from './generated/types.js'

/**
 * Makes a key for one attempt of a mutation. Make it when a form is opened, keep it until the result is known, and use it for each
 * repetition: the server executes the mutation once and returns the first result again.
 */
export function createIdempotencyKey(): string {
  const { crypto } = globalThis
  // Browsers have `randomUUID` only on pages with TLS.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  return hexOf(crypto.getRandomValues(new Uint8Array(16)))
}

/** Bytes as hexadecimal digits. */
export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** An input without its key, or with one that can be null. */
type WithoutKey<Input> = Omit<Input, 'idempotencyKey'> & { readonly idempotencyKey?: string | null | undefined }

/** The inputs of the schema that have all members of a value. */
type InputsWith<Value, Each = KeyedInput> = Each extends unknown
  ? Value extends WithoutKey<Each>
    ? Exclude<keyof Value, keyof Each> extends never
      ? Each
      : never
    : never
  : never

/** Unknown for the members of an input. For other values a type that no value has, so that they do not compile. */
type Known<Value> = [InputsWith<Value>] extends [never]
  ? { readonly error: 'No input of the schema has these members.' }
  : unknown

/**
 * The input with an idempotency key: its own, or a new one. Keep the result for repetitions of the same attempt. The members must be those
 * of an input of the schema.
 */
export function withIdempotencyKey<const Input extends object>(
  input: Input & { readonly idempotencyKey?: string | null | undefined } & Known<Input>,
): Input & { idempotencyKey: string } {
  return { ...input, idempotencyKey: input.idempotencyKey ?? createIdempotencyKey() }
}

/** True if every input among the variables of a mutation has an idempotency key, so that the mutation can be repeated. */
export function isKeyed(variables: Readonly<Record<string, unknown>>): boolean {
  if (typeof variables['idempotencyKey'] === 'string') return true
  const inputs = Object.values(variables).filter((value) => typeof value === 'object' && value !== null)
  return inputs.length > 0 && inputs.every(hasKey)
}

function hasKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([name, member]) => (name === 'idempotencyKey' && typeof member === 'string') || hasKey(member),
  )
}

/** The variables with a key in `input`, if that has none. */
export function addKey(variables: Readonly<Record<string, unknown>>, key: string | undefined) {
  const { input } = variables as { input?: { idempotencyKey?: string | null } }
  if (key === undefined || typeof input !== 'object' || input === null || input.idempotencyKey) return variables
  return { ...variables, input: { ...input, idempotencyKey: key } }
}
