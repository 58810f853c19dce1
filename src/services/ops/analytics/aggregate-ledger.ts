import type { Transaction } from '#services/kernel/database/database.js'
import { isUsageEntry } from '#services/entitlements/usage/usage-entry.js'

/** A stretch of an account's versions that is not counted yet. */
export interface PendingEntries {
  readonly accountId: string
  readonly fromVersion: number
  readonly toVersion: number
}

/** The plan that an account held of the main group when a ledger entry `l` was written, else the one that everybody has. */
export const PLAN_OF_ENTRY = (group: string, fallback: string): string => `coalesce((
  select plan.code from plan_assignment a join plan_version v on v.id = a.plan_version_id join plan on plan.id = v.plan_id
  where a.account_id = l.account_id and a.group_code = ${group} and a.since <= l.at and (a.ended_at is null or a.ended_at > l.at)
  order by a.since desc, a.id desc limit 1), ${fallback})`

/**
 * Entries that are not counted yet. Entries are appended under the account lock and increment the version, so all
 * entries below a visible version are visible.
 */
const ENTRIES = `unnest($1::text[], $2::bigint[], $3::bigint[]) as open (id, from_version, to_version)
  join ledger_entry l on l.account_id = open.id and l.version > open.from_version and l.version <= open.to_version`

/** Counts what was used, and what became of credits that end, each entry of the ledger once. */
export async function aggregateLedger(
  transaction: Transaction,
  open: readonly PendingEntries[],
  plans: { readonly group: string; readonly fallback: string },
): Promise<void> {
  const ranges = [
    open.map(({ accountId }) => accountId),
    open.map(({ fromVersion }) => fromVersion),
    open.map(({ toVersion }) => toVersion),
  ]
  await transaction.run(
    `insert into usage_daily (day, plan_code, feature, used)
     select (l.at at time zone 'UTC')::date, ${PLAN_OF_ENTRY('$4', '$5')}, l.feature, -sum(l.amount) from ${ENTRIES}
     where ${isUsageEntry('l')} group by 1, 2, 3
     on conflict (day, plan_code, feature) do update set used = usage_daily.used + excluded.used`,
    [...ranges, plans.group, plans.fallback],
  )
  await transaction.run(
    `insert into credit_daily (day, feature, granted, expired)
     select (g.expires_at at time zone 'UTC')::date, g.feature, coalesce(sum(l.amount) filter (where l.kind in ('GRANT', 'REVOKE')), 0),
       coalesce(-sum(l.amount) filter (where l.kind = 'EXPIRE'), 0)
     from ${ENTRIES} join credit_grant g on g.id = l.grant_id
     where l.kind in ('GRANT', 'REVOKE', 'EXPIRE') and g.expires_at is not null group by 1, 2
     on conflict (day, feature) do update set granted = credit_daily.granted + excluded.granted, expired = credit_daily.expired + excluded.expired`,
    ranges,
  )
}
