import { statement } from '#services/kernel/database/statement.js'
import type { SearchRules } from './search-rules.js'

/** A text as each column is compared with it. */
export interface SearchText {
  readonly text: string
  /** The text in lower case, escaped, with `%` at its end. */
  readonly prefix: string
  /** Words of names, in the form of `to_tsquery`; null if there are none. */
  readonly words: string | null
  readonly kind: string | null
  readonly externalId: string | null
}

const branch = (type: string, selections: readonly string[], position: number): string => `
  (select ${position} as position, id from (${selections.join('\n    union ')}) as found(id)
  where '${type}' = any(:types::text[]) order by id desc limit :limit)`

/** Finds the IDs of the objects that match, by type, the newest first. */
export const searchStatement = (rules: SearchRules) =>
  statement<SearchText & { readonly types: readonly string[]; readonly limit: number }, { id: string }>(`
  select id from (${Object.entries(rules)
    .map(([type, selections], position) => branch(type, selections, position))
    .join('\n  union all')}) as found
  order by position, id desc limit :limit
`)
