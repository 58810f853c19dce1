/**
 * Statement that preserves the earlier periods of `allocation` rows that are about to restart.
 * Usually there are none. A resource deallocated at the moment of its allocation never counted.
 */
export const archivePeriods = (rows: string): string => `
      insert into allocation_period (account_id, feature, resource_id, allocated_at, released_at)
      select l.account_id, l.feature, l.resource_id, l.allocated_at, l.released_at from ${rows} l where l.released_at > l.allocated_at
      on conflict do nothing`

/** The same, as part of a statement. */
export const archivePeriodsCte = (rows: string): string => `kept as (${archivePeriods(rows)})`
