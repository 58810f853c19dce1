import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'

/** The due kind of the end of a package or an override; its key is the row's id. */
export const SOURCE_EXPIRE = 'entitlements.source_expire'

/** Publishes the end of a package or an override. Its entitlements ended at that time already. */
export async function expireSource(due: ScheduledJobRow, context: Context): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, due.accountId!)
    const ended = await transaction.row<{ endedAt: Date; type: string }>(
      `with ended_package as (
         update package_assignment set ended_at = ends_at where id = $1 and ended_at is null and ends_at <= $2
         returning ends_at as ended_at, 'package.ended' as type),
       ended_override as (
         update entitlement_override set ended_at = until where id = $1 and ended_at is null and until <= $2
         returning until as ended_at, 'override.ended' as type)
       select * from ended_package union all select * from ended_override`,
      [due.key, context.clock.now()],
    )
    if (!ended) return
    await recordAccountEvent(transaction, due.accountId!, ended.endedAt, {
      type: ended.type,
      outbox: true,
      summary: ended.type === 'package.ended' ? 'A package has ended.' : 'An override has ended.',
      changesEntitlements: true,
      data: { id: due.key, endedAt: ended.endedAt },
    })
  })
}
