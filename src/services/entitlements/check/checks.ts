import type { CheckInput } from '#schema/entitlements/check.input.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { isPassing } from '#services/kernel/errors/connection-failure.js'
import { readOrCreate } from '#services/identity/customers/create-customers.js'
import { accountNotFound, accountReference, mayRead, requireSignedIn } from '#services/identity/model/guard.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import type { VisibleSnapshot } from '../engine/snapshot-reader.js'
import { checkWithoutDatabase } from '../model/check-without-database.js'
import { deniedQuestion } from './denied-question.js'
import { usageMembers } from '../model/usage-member.js'
import { decideCheck, decideWorkCheck, type Check } from './decide-check.js'

const MAX_QUESTIONS = 100

/** Like `checkAll` for the questions of a client. Throws if there are more than 100. */
export async function checks(
  context: EntitlementsContext,
  questions: readonly CheckInput[],
): Promise<(Check | null)[]> {
  requireSignedIn(context)
  if (questions.length > MAX_QUESTIONS)
    throw new AppError('BAD_USER_INPUT', `requests must contain at most ${MAX_QUESTIONS} items.`, {
      details: { field: 'requests' },
    })
  return checkAll(context, questions)
}

/**
 * Runs many checks, in the order of the requests. Null for an account that the caller cannot see. One statement reads accounts and permissions of the caller, a second one the snapshots
 * whose version is not cached.
 */
export async function checkAll(
  context: EntitlementsContext,
  questions: readonly CheckInput[],
): Promise<(Check | null)[]> {
  requireSignedIn(context)
  const { caller } = context
  const userId = caller.kind === 'user' ? caller.userId : null
  const references = questions.map(({ accountId }) => accountReference(caller, accountId))
  const requested = references.flatMap((reference) => (reference === null ? [] : [{ reference, userId }]))
  let known: readonly (VisibleSnapshot | null)[]
  try {
    known = await readOrCreate(context, requested, (queries) => context.entitlements.snapshotReader.read(queries))
  } catch (error) {
    if (isPassing(error)) return checkWithoutDatabase(context, questions)
    throw error
  }
  const catalog = context.catalog.current()
  const found = known.values()
  const visible = references.map((reference) => {
    const snapshot = reference === null ? null : found.next().value
    return snapshot && mayRead(caller, snapshot.account, 'entitlements:read') ? snapshot.snapshot : null
  })
  const members = await usageMembers(
    context.database,
    questions.map(({ userId: member }, index) => ({
      accountId: visible[index]?.accountId ?? '',
      userId: visible[index] ? member : null,
    })),
  )
  return questions.map((question, index) => {
    const snapshot = visible[index]
    if (!snapshot) return null
    const { feature, work, amount } = question
    const denied = deniedQuestion(catalog, snapshot, question)
    if (denied) return denied
    return work
      ? decideWorkCheck(catalog, snapshot, feature, work, members[index])
      : decideCheck(catalog, snapshot, feature, amount ?? 1, members[index])
  })
}

/** Like `checks` for one account. Throws if the caller cannot see it. */
export async function check(context: EntitlementsContext, question: CheckInput): Promise<Check> {
  const [result] = await checkAll(context, [question])
  if (!result) throw accountNotFound(context.caller, question.accountId)
  return result
}
