import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { toSearchText } from './search-text.js'
import type { SearchRules } from './search-rules.js'
import { searchStatement } from './search.sql.js'

export interface SearchRequest {
  readonly query: string
  /** Null: all. */
  readonly types?: readonly string[] | null
  readonly first: number
}

const MAX_RESULTS = 100

const statements = new WeakMap<SearchRules, ReturnType<typeof searchStatement>>()

/** The statement of the rules, whose text is composed once. */
function statementOf(rules: SearchRules): ReturnType<typeof searchStatement> {
  const known = statements.get(rules) ?? searchStatement(rules)
  statements.set(rules, known)
  return known
}

/** IDs of objects of the installation that match a text. Operators only. */
export async function search(context: CatalogContext, request: SearchRequest): Promise<string[]> {
  const text = toSearchText(request.query)
  if (!text) throw new AppError('BAD_USER_INPUT', 'search is empty.', { details: { field: 'search' } })
  if (request.first < 1 || request.first > MAX_RESULTS)
    throw new AppError('BAD_USER_INPUT', `first is between 1 and ${MAX_RESULTS}.`, { details: { field: 'first' } })
  const rules = context.declared.search
  const rows = await context.database.rows(statementOf(rules), {
    ...text,
    types: request.types ?? Object.keys(rules),
    limit: request.first,
  })
  return rows.map(({ id }) => id)
}
