import { splitReference } from '#services/identity/model/reference.js'
import { escapeLike } from '#services/kernel/database/contains-pattern.js'
import { toPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { searchQuery } from '#services/kernel/text/search-words.js'
import type { SearchText } from './search.sql.js'

/** A text as columns are compared with it. Null for an empty text. */
export function toSearchText(query: string | null | undefined): SearchText | null {
  const text = toPostgresSafe(query ?? '').trim()
  if (!text) return null
  const reference = splitReference(text)
  return {
    text,
    prefix: `${escapeLike(text.toLowerCase())}%`,
    words: searchQuery(text),
    kind: reference?.kind ?? null,
    externalId: reference?.externalId ?? null,
  }
}
