import { AppError } from '../../kernel/errors/app-error.js'
import type { CatalogContext } from '../../catalog/catalog-context.js'
import { visibleAccount, requireSignedIn } from '../../identity/guard/guard.js'
import { loadRightsOfMany } from '../rights/load-rights.js'
import { decideCheck, type Check } from './decide-check.js'

export interface CheckQuestion {
  readonly accountId?: string | null
  readonly feature: string
  readonly amount?: number | null
}

const MAX_QUESTIONS = 100

/** Many questions, answered in the order asked; the facts of all accounts are read by one statement. */
export async function checkMany(context: CatalogContext, questions: readonly CheckQuestion[]): Promise<Check[]> {
  requireSignedIn(context)
  if (questions.length > MAX_QUESTIONS)
    throw new AppError('BAD_USER_INPUT', `At most ${MAX_QUESTIONS} questions at once.`, {
      details: { field: 'requests' },
    })
  const accounts = new Map<string, string | null>()
  for (const { accountId } of questions) {
    const reference = accountId ?? ''
    if (!accounts.has(reference))
      accounts.set(reference, (await visibleAccount(context, accountId, 'entitlements:read'))?.id ?? null)
  }
  const ids = [...new Set([...accounts.values()].filter((id) => id !== null))]
  const catalog = context.catalog.current()
  const facts = await loadRightsOfMany(context.database, catalog, ids, context.clock.now())
  return questions.map(({ accountId, feature, amount }) => {
    const known = facts.get(accounts.get(accountId ?? '') ?? '')
    if (!known) throw new AppError('NOT_FOUND', 'There is no such account.')
    return decideCheck(catalog, known, feature, amount ?? 1)
  })
}
