import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { endSource } from './sources.sql.js'

/** The due kind of the end of a package or an override; its key is the row's id. */
export const SOURCE_EXPIRE = 'entitlements.source_expire'

/** Publishes the end of a package or an override. Its entitlements ended at that time already. */
export async function expireSource(due: ScheduledJobRow, context: Context): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const accountId = due.accountId!
    await lockAccount(transaction, accountId)
    const ended = await transaction.row(endSource, { id: due.key, accountId, now: context.clock.now() })
    if (!ended?.endedAt) return
    await recordAccountEvent(transaction, accountId, ended.endedAt, {
      type: ended.type,
      outbox: true,
      summary: ended.type === 'package.ended' ? 'A package has ended.' : 'An override has ended.',
      changesEntitlements: true,
      data: { id: due.key, endedAt: ended.endedAt },
    })
  })
}
