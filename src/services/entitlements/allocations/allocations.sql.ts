import { statement } from '#services/kernel/database/statement.js'
import { archivePeriodsCte } from './archive-allocation-periods.sql.js'

/** Allocates a resource. An allocated resource is unchanged. */
export const allocateResource = statement<{ accountId: string; feature: string; resourceId: string; at: Date }>(`
  with ${archivePeriodsCte('(select * from allocation where account_id = :accountId and feature = :feature and resource_id = :resourceId)')}
  insert into allocation (account_id, feature, resource_id, allocated_at) values (:accountId, :feature, :resourceId, :at)
  on conflict (account_id, feature, resource_id) do update set allocated_at = excluded.allocated_at, released_at = null
  where allocation.released_at is not null
`)
