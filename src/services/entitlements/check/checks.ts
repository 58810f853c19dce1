import type { CheckInput } from '#schema/entitlements/check.input.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { isPassing } from '#services/kernel/errors/connection-failure.js'
import { accountReference, maySee, requireSignedIn } from '#services/identity/model/guard.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import type { VisibleSnapshot } from '../engine/snapshot-reader.js'
import { checkWithoutDatabase } from '../model/check-without-database.js'
import { givenAmount } from '../model/usage-denials.js'
import { usageMembers } from '../model/usage-member.js'
import { decideCheck, decideWorkCheck, type Check } from './decide-check.js'

const MAX_QUESTIONS = 100

/**
 * Runs many checks, in the order of the requests. One statement reads accounts and permissions of the caller, a second one the snapshots
 * whose version is not cached.
 */
export async function checks(context: EntitlementsContext, questions: readonly CheckInput[]): Promise<Check[]> {
  requireSignedIn(context)
  if (questions.length > MAX_QUESTIONS)
    throw new AppError('BAD_USER_INPUT', `requests must contain at most ${MAX_QUESTIONS} items.`, {
      details: { field: 'requests' },
    })
  const amounts = questions.map(({ amount }) => givenAmount(amount, 1))
  const { caller } = context
  const userId = caller.kind === 'user' ? caller.userId : null
  const references = questions.map(({ accountId }) => accountReference(caller, accountId))
  const requested = references.flatMap((reference) => (reference === null ? [] : [{ reference, userId }]))
  if (requested.length < questions.length) throw accountNotFound()
  let known: readonly (VisibleSnapshot | null)[]
  try {
    known = await context.entitlements.snapshotReader.read(requested)
  } catch (error) {
    if (isPassing(error)) return checkWithoutDatabase(context, questions)
    throw error
  }
  const catalog = context.catalog.current()
  const visible = known.map((snapshot) => {
    if (!snapshot || !maySee(caller, snapshot.account, 'entitlements:read')) throw accountNotFound()
    return snapshot.snapshot
  })
  const members = await usageMembers(
    context.database,
    questions.map(({ userId: member }, index) => ({ accountId: visible[index]!.accountId, userId: member })),
  )
  return questions.map(({ feature, work }, index) =>
    work
      ? decideWorkCheck(catalog, visible[index]!, feature, work, members[index])
      : decideCheck(catalog, visible[index]!, feature, amounts[index]!, members[index]),
  )
}

const accountNotFound = (): AppError => new AppError('NOT_FOUND', 'Account not found.')
