import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { toSearchText } from './search-text.js'
import { findObjects } from './search.sql.js'
import { SEARCH_TYPES, type SearchType } from './search-types.js'

export interface SearchRequest {
  readonly query: string
  /** Null: all. */
  readonly types?: readonly SearchType[] | null
  readonly first: number
}

const MAX_RESULTS = 100

/** IDs of objects of the installation that match a text. Operators only. */
export async function search(context: CatalogContext, request: SearchRequest): Promise<string[]> {
  const text = toSearchText(request.query)
  if (!text) throw new AppError('BAD_USER_INPUT', 'search is empty.', { details: { field: 'search' } })
  if (request.first < 1 || request.first > MAX_RESULTS)
    throw new AppError('BAD_USER_INPUT', `first is between 1 and ${MAX_RESULTS}.`, { details: { field: 'first' } })
  const rows = await context.database.rows(findObjects, {
    ...text,
    types: request.types ?? SEARCH_TYPES,
    limit: request.first,
  })
  return rows.map(({ id }) => id)
}
