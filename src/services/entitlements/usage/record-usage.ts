import type { UsageEventInput } from '#schema/entitlements/record-usage.type.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { DenialCode } from '#services/kernel/codes/codes.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { requireAccounts, requireSignedIn } from '#services/identity/model/guard.js'
import { invalidUse, operationKey } from './operation-key.js'
import { memberOfKey, usageMembers } from '../model/usage-member.js'
import { invalidAmountOfWork, workOfKey } from '../model/work.js'
import { databaseUnavailable } from '../model/database-unavailable.js'
import { isPassing } from '#services/kernel/errors/connection-failure.js'

export interface RejectedUsage {
  /** The event's place in the list, from 0. */
  readonly index: number
  readonly code: DenialCode
  readonly message: string
}

export interface RecordedUsage {
  readonly kind: 'recorded'
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: readonly RejectedUsage[]
}

const MAX_EVENTS = 1000

/**
 * Records usage event by event: each is consumed, recognized as a repetition by its key, or rejected with a reason. An
 * inaccessible account rejects the whole list before anything is written.
 */
export async function recordUsage(
  context: EntitlementsContext,
  events: readonly UsageEventInput[],
): Promise<RecordedUsage | Denied> {
  requireSignedIn(context)
  if (events.length > MAX_EVENTS)
    return denied(
      refused('INVALID_PARAMETERS', `events must contain at most ${MAX_EVENTS} items.`, { field: 'events' }),
    )
  const accounts = await requireAccounts(
    context,
    events.map(({ accountId }) => accountId),
    'entitlements:use',
  )
  const members = await usageMembers(
    context.database,
    events.map(({ userId }, index) => ({ accountId: accounts[index]!.id, userId })),
  )
  const operations = events.map(({ feature, amount: given, work = null, userId, at, idempotencyKey }, index) => {
    const amount = given ?? 0
    return {
      kind: 'consume' as const,
      feature,
      amount,
      work,
      ...members[index]!,
      at: at ?? null,
      key: operationKey(context.caller, 'recordUsage', idempotencyKey, [
        feature,
        amount,
        at?.toISOString() ?? null,
        ...workOfKey(work),
        ...memberOfKey(userId),
      ]),
    }
  })
  const answers = await Promise.all(
    operations.map(async (operation, index) => {
      const invalid = invalidUse(operation.key.key) ?? (operation.work && invalidAmountOfWork(events[index]!.amount))
      return invalid ? denied(invalid) : context.entitlements.run(accounts[index]!.id, operation)
    }),
  ).catch((error: unknown) => {
    throw isPassing(error) ? databaseUnavailable('CLOSED', error) : error
  })
  const seen = new Set<string>()
  let duplicates = 0
  const rejected: RejectedUsage[] = []
  answers.forEach((answer, index) => {
    if (answer.kind === 'denied') rejected.push({ index, code: answer.denial.code, message: answer.denial.message })
    // The same key twice in one list has one consumption.
    else if (answer.kind === 'consumed' && !seen.has(answer.consumption.id)) seen.add(answer.consumption.id)
    else duplicates++
  })
  return { kind: 'recorded', accepted: seen.size, duplicates, rejected }
}
