import { AppError } from '../../kernel/errors/app-error.js'
import type { CatalogContext } from '../../catalog/catalog-context.js'
import { visibleAccounts, requireSignedIn } from '../../identity/guard/guard.js'
import { loadRightsOfMany } from '../rights/load-rights.js'
import { decideCheck, type Check } from './decide-check.js'

export interface CheckQuestion {
  readonly accountId?: string | null
  readonly feature: string
  readonly amount?: number | null
}

const MAX_QUESTIONS = 100

/** Many questions, answered in the order asked: one statement finds the accounts and the caller's rights in them, one reads their facts. */
export async function checkMany(context: CatalogContext, questions: readonly CheckQuestion[]): Promise<Check[]> {
  requireSignedIn(context)
  if (questions.length > MAX_QUESTIONS)
    throw new AppError('BAD_USER_INPUT', `At most ${MAX_QUESTIONS} questions at once.`, {
      details: { field: 'requests' },
    })
  const accounts = await visibleAccounts(
    context,
    questions.map(({ accountId }) => accountId),
    'entitlements:read',
  )
  const ids = [...new Set(accounts.flatMap((account) => account?.id ?? []))]
  const catalog = context.catalog.current()
  const facts = await loadRightsOfMany(context.database, catalog, ids, context.clock.now())
  return questions.map(({ feature, amount }, index) => {
    const known = facts.get(accounts[index]?.id ?? '')
    if (!known) throw new AppError('NOT_FOUND', 'There is no such account.')
    return decideCheck(catalog, known, feature, amount ?? 1)
  })
}
