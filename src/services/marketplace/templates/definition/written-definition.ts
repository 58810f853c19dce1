import { isDeepStrictEqual } from 'node:util'

type Definition = Readonly<Record<string, unknown>>

/** A definition and its text. The database sorts the keys of a map, the text keeps them as they were written. */
export interface StoredDefinition {
  readonly definition: Definition
  /** Null, or of an earlier definition, if a process of the previous release wrote the definition. */
  readonly definitionText?: string | null
}

/** Pure: the stored form of a definition. */
export const storedDefinition = (definition: Definition): Required<StoredDefinition> => ({
  definition,
  definitionText: JSON.stringify(definition),
})

/** Pure: a definition with the order of keys in which it was written. */
export function writtenDefinition({ definition, definitionText: text }: StoredDefinition): Definition {
  const written: unknown = text ? JSON.parse(text) : null
  return isDeepStrictEqual(written, definition) ? (written as Definition) : definition
}
