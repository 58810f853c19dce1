import { statement } from '#services/kernel/database/statement.js'

/** Ends the package or the override with this ID if its end has passed. */
export const endSource = statement<
  { id: string; accountId: string; now: Date },
  { endedAt: Date | null; type: 'package.ended' | 'override.ended' }
>(`
  with ended_package as (
    update package_assignment set ended_at = ends_at
    where id = :id and account_id = :accountId and ended_at is null and ends_at <= :now
    returning ends_at as ended_at, 'package.ended' as type
  ), ended_override as (
    update entitlement_override set ended_at = until
    where id = :id and account_id = :accountId and ended_at is null and until <= :now
    returning until as ended_at, 'override.ended' as type
  )
  select * from ended_package union all select * from ended_override
`)
