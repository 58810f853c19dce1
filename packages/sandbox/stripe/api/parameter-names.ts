/** `['items', 0, 'price']` as Stripe writes it: `items[0][price]`. */
export function parameterName(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String)
  return `${first ?? ''}${rest.map((key) => `[${key}]`).join('')}`
}

/** The values of an enum in a sentence: `one of a, b, or c`. */
export function oneOf(values: readonly string[]): string {
  if (values.length === 1) return values[0] as string
  return `one of ${values.slice(0, -1).join(', ')}${values.length > 2 ? ',' : ''} or ${values.at(-1)}`
}
