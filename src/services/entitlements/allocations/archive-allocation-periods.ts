/**
 * A part of statements that allocate: keeps when resources counted before, of the rows of `allocation` that are about to begin anew.
 * Nearly always there are none. What was given back in the moment in which it was taken counted at no moment.
 */
export const archivePeriodsCte = (rows: string): string => `kept as (
      insert into allocation_period (account_id, feature, resource_id, allocated_at, released_at)
      select l.account_id, l.feature, l.resource_id, l.allocated_at, l.released_at from ${rows} l where l.released_at > l.allocated_at
      on conflict do nothing)`
