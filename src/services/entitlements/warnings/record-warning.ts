import { numberText } from '#services/kernel/text/readable.js'
import type { Context } from '#services/kernel/context/context.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { usedText } from '../model/used-text.js'
import type { DueWarning } from './decide-warnings.js'

/** Notifies an account that it nears a limit, once for each threshold and period; one notice names all thresholds that were reached together. */
export async function recordWarning(
  context: Pick<Context, 'database' | 'clock' | 'requestId'>,
  { accountId, feature, reached, used, previous, limit, period }: DueWarning,
): Promise<boolean> {
  const at = context.clock.now()
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const isNew = await transaction.query
      .insertInto('usage_warning')
      .values(reached.map((threshold) => ({ accountId, feature: feature.code, period, threshold, warnedAt: at })))
      .onConflict((conflict) => conflict.doNothing())
      .returning('threshold')
      .execute()
    if (isNew.length === 0) return false
    const thresholds = isNew.map((row) => row.threshold).sort((left, right) => left - right)
    const data = { feature: feature.code, threshold: thresholds.at(-1)!, thresholds, used, previous, limit }
    await recordAccountEvent(transaction, accountId, at, {
      type: 'usage.warning',
      summary: `${usedText(used, limit, { of: feature.name })} (previously ${numberText(previous)}). Threshold: ${thresholds.join(' and ')} percent.`,
      data,
    })
    await writeOutbox(transaction, {
      type: 'usage.warning',
      accountId,
      payload: data,
      at,
      requestId: context.requestId,
    })
    return true
  })
}
