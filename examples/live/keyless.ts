/** The types of an introspection result. */
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
 * Returns `keys` for urql's graphcache: types without an `id` are values. They are stored with the object that holds them and have no key.
 */
export function keysOf({ __schema: { types } }: Introspection): Record<string, () => null> {
  const values = types.filter(
    ({ kind, name, fields }) =>
      kind === 'OBJECT' && !name.startsWith('__') && !fields?.some((field) => field.name === 'id'),
  )
  return Object.fromEntries(values.map(({ name }) => [name, () => null]))
}
