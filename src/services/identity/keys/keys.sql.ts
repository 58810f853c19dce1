import { statement } from '#services/kernel/database/statement.js'

/** Stores the last use of several keys. An earlier time than the stored one has no effect. */
export const recordKeyUses = statement<{ ids: string[]; times: Date[] }>(`
  update service_key k set last_used_at = greatest(k.last_used_at, used.at)
  from unnest(:ids::text[], :times::timestamptz[]) as used (id, at)
  where k.id = used.id
`)
