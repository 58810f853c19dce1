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

type Variables = Readonly<Record<string, unknown>>

/** True if the mutation has an idempotency key, or each item of its list has one, so that it can be repeated. */
export const isKeyed = ({ key, ...others }: Variables): boolean =>
  typeof key === 'string' ||
  Object.values(others).some((value) => Array.isArray(value) && value.length > 0 && value.every(hasKey))

const hasKey = (item: unknown): boolean => typeof (Object(item) as Variables)['key'] === 'string'

/**
 * The variables of a mutation with their key, the given one, or a new one.
 * @param isDeclared if the document declares `$key`. Undefined if it has no text
 */
export function withKey(variables: Variables, given: string | undefined, isDeclared: boolean | undefined): Variables {
  if (isDeclared === false || typeof variables['key'] === 'string') return variables
  const key = given ?? (isDeclared ? createIdempotencyKey() : undefined)
  return key === undefined ? variables : { ...variables, key }
}
