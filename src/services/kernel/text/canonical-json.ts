/** A value of JSON without fractions: their canonical text is the one that ECMAScript writes. */
export type CanonicalValue =
  | string
  | number
  | boolean
  | null
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue }

/**
 * The canonical text of a JSON value (RFC 8785, JSON Canonicalization Scheme): members sorted by the UTF-16 code units of
 * their names, no spaces, strings and numbers as ECMAScript writes them. Equal values have equal bytes in UTF-8.
 */
export function canonicalJson(value: CanonicalValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item: CanonicalValue) => canonicalJson(item)).join(',')}]`
  const members = Object.entries(value as Record<string, CanonicalValue>).toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  )
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}
