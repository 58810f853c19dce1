import { statement } from '#services/kernel/database/statement.js'
import { archivePeriodsCte } from '../allocations/archive-allocation-periods.sql.js'

/** Members without an allocated slot. */
const UNCOUNTED = `
  from member m where m.account_id = :accountId and not exists (
    select from allocation l
    where l.account_id = m.account_id and l.feature = :feature and l.resource_id = m.user_id and l.released_at is null)`

export const countUncounted = statement<{ accountId: string; feature: string }, { total: number }>(`
  select count(*)::int as total ${UNCOUNTED}
`)

/** Allocates a slot for every member without one. */
export const allocateUncounted = statement<{ accountId: string; feature: string; at: Date }>(`
  with ${archivePeriodsCte(`(
    select * from allocation
    where account_id = :accountId and feature = :feature and resource_id in (select m.user_id ${UNCOUNTED}))`)}
  insert into allocation (account_id, feature, resource_id, allocated_at)
  select m.account_id, :feature, m.user_id, :at::timestamptz ${UNCOUNTED}
  on conflict (account_id, feature, resource_id) do update set released_at = null, allocated_at = excluded.allocated_at
`)
