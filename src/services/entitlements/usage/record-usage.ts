import type { UsageEventInput } from '#schema/entitlements/record-usage.type.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { requireSignedIn } from '#services/identity/model/guard.js'
import { invalidUse, operationKey } from './operation-key.js'
import { memberOfKey, usageMembers } from '../model/usage-member.js'
import { propertiesOfKey } from '../model/use-properties.js'
import { invalidAmountOfWork, workOfKey } from '../model/work.js'
import { databaseUnavailable } from '../model/database-unavailable.js'
import { reportPerAccount, type RejectedUsage, type ReportedItem } from './report-per-account.js'
import { isPassing } from '#services/kernel/errors/connection-failure.js'

export interface RecordedUsage {
  readonly kind: 'recorded'
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: readonly RejectedUsage[]
}

const MAX_EVENTS = 1000

/**
 * Records facts event by event: each is recorded, recognized as a repetition by its key, or rejected with a reason. What has happened is
 * recorded whatever is available; a fact is rejected if its account or feature is unknown, or if its input is invalid.
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
  return reportPerAccount(context, events, 'entitlements:use', (items) => record(context, items))
}

async function record(
  context: EntitlementsContext,
  items: readonly ReportedItem<UsageEventInput>[],
): Promise<RecordedUsage> {
  const members = await usageMembers(
    context.database,
    items.map(({ item: { userId }, account }) => ({ accountId: account.id, userId })),
  )
  const operations = items.map(({ item }, index) => {
    const { feature, amount: given, work = null, properties = null, userId, at, key } = item
    const amount = given ?? 0
    return {
      kind: 'consume' as const,
      isFact: true,
      feature,
      amount,
      work,
      properties,
      ...members[index]!,
      at: at ?? null,
      key: operationKey(context.caller, 'recordUsage', key, [
        feature,
        amount,
        at?.toISOString() ?? null,
        ...workOfKey(work),
        ...memberOfKey(userId),
        ...propertiesOfKey(properties),
      ]),
    }
  })
  const answers = await Promise.all(
    operations.map(async (operation, index) => {
      const invalid =
        invalidUse(operation.key.key, {}, 'key') ?? (operation.work && invalidAmountOfWork(items[index]!.item.amount))
      return invalid ? denied(invalid) : context.entitlements.run(items[index]!.account.id, operation)
    }),
  ).catch((error: unknown) => {
    throw isPassing(error) ? databaseUnavailable('CLOSED', error) : error
  })
  let [accepted, duplicates] = [0, 0]
  const rejected: RejectedUsage[] = []
  answers.forEach((answer, index) => {
    if (answer.kind === 'denied') rejected.push({ index, code: answer.denial.code, message: answer.denial.message })
    // Calls with the same key record the fact once, in one list or in parallel requests.
    else if (answer.kind === 'consumed' && !answer.isRepeated) accepted++
    else duplicates++
  })
  return { kind: 'recorded', accepted, duplicates, rejected }
}
