import type { Transaction } from '#services/kernel/database/database.js'
import { archivePeriodsCte } from './archive-allocation-periods.js'

/** Counts a named resource against a limit. The caller holds the account's lock and has decided that there is room. Twice is once. */
export async function allocate(
  transaction: Transaction,
  allocation: { accountId: string; feature: string; resourceId: string; at: Date },
): Promise<void> {
  await transaction.run(
    `with ${archivePeriodsCte(`(select * from allocation where account_id = $1 and feature = $2 and resource_id = $3)`)}
     insert into allocation (account_id, feature, resource_id, allocated_at) values ($1, $2, $3, $4)
     on conflict (account_id, feature, resource_id) do update set allocated_at = excluded.allocated_at, released_at = null
     where allocation.released_at is not null`,
    [allocation.accountId, allocation.feature, allocation.resourceId, allocation.at],
  )
}

/** Deallocates a resource. Returns whether it was allocated. */
export async function deallocate(
  transaction: Transaction,
  allocation: { accountId: string; feature: string; resourceId: string; at: Date },
): Promise<boolean> {
  const released = await transaction.run(
    `update allocation set released_at = $4 where account_id = $1 and feature = $2 and resource_id = $3 and released_at is null`,
    [allocation.accountId, allocation.feature, allocation.resourceId, allocation.at],
  )
  return released > 0
}
