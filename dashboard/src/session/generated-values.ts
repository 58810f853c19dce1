/** A value that was generated for a parameter. */
interface GeneratedValue {
  readonly name: string
  readonly value: string | null
}

/** Values of deployments that were started in this window. The server shows each of them once; a reload deletes them. */
const held = new Map<string, readonly GeneratedValue[]>()

export const holdGeneratedValues = (hash: string, values: readonly GeneratedValue[] | null): void => {
  if (values) held.set(hash, values)
}

export const heldGeneratedValues = (hash: string): readonly GeneratedValue[] => held.get(hash) ?? []
