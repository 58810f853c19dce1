import { statement } from '../database/statement.js'

/** Stores counted entries of the current minute. Equal entries of the minute are added up. Parameters are lists of equal length. */
export const recordEntries = statement<{
  ids: string[]
  accountIds: (string | null)[]
  actors: string[]
  actions: string[]
  objects: string[]
  details: string[]
  occurrences: number[]
}>(`
  insert into audit_entry (id, account_id, actor, action, object, details, occurrences, minute)
  select entry.*, date_trunc('minute', now())
  from unnest(
    :ids::text[], :accountIds::text[], :actors::text[], :actions::text[], :objects::text[], :details::jsonb[], :occurrences::int[]
  ) as entry
  on conflict (minute, actor, action, object) do update set occurrences = audit_entry.occurrences + excluded.occurrences
`)
