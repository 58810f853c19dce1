/** What an introspection result says of types. */
export interface Introspection {
  readonly __schema: {
    readonly types: readonly {
      readonly kind: string
      readonly name: string
      readonly fields?: readonly { readonly name: string }[] | null
    }[]
  }
}

/**
 * `keys` of urql's graphcache: types without an `id` are values. They are kept with the object that holds them, and have no key of their own.
 */
export function keysOf({ __schema: { types } }: Introspection): Record<string, () => null> {
  const values = types.filter(
    ({ kind, name, fields }) =>
      kind === 'OBJECT' && !name.startsWith('__') && !fields?.some((field) => field.name === 'id'),
  )
  return Object.fromEntries(values.map(({ name }) => [name, () => null]))
}
