import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { isAfter, isBefore } from '#services/kernel/clock/compare-dates.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { endReservations } from '../model/end-reservations.js'
import { timeZoneOf } from '../model/entitlement-sources.js'
import { periodAt } from '../model/quota-window.js'
import {
  mayHaveRolledOver,
  ROLLOVER,
  rollingOf,
  rolloversAt,
  unwrittenGrants,
  withUnwritten,
} from '../model/rollover.js'
import { snapshotAsOf, type CurrentRow, type SnapshotRow } from './snapshot.sql.js'
import { snapshotParameters, toSnapshot } from './to-snapshot.js'

/** Most ended windows of a quota that are read one by one. Only a server that was stopped for long finds more: of hours, or of days. */
const MAX_ENDS = 120

interface ReadSnapshot {
  readonly snapshot: AccountSnapshot
  readonly isWhole: boolean
}

/**
 * A current snapshot with what has rolled over and is not written yet. Each window that ended is evaluated by the state of the account in its last
 * millisecond, which the ledger knows. So neither a late job nor a missed one changes what rolls over. `isWhole` is
 * false if the account was changed while it was read, for example by the job that writes the same.
 */
export async function withRollover(
  sql: Sql,
  catalog: CatalogSnapshot,
  { rolledUntil }: CurrentRow,
  current: AccountSnapshot,
): Promise<ReadSnapshot> {
  const { accountId, at } = current
  const since = rolledUntil ?? current.createdAt
  if (!mayHaveRolledOver(current, since) || !isBefore(since, at)) return { snapshot: current, isWhole: true }
  const ends = await endsOfWindows(sql, catalog, current, since)
  if (ends.length === 0) return { snapshot: current, isWhole: true }
  const closed = await closedSince(sql, accountId, since)
  const written = new Set([...closed, ...current.grants.map(({ id }) => id)])
  let present = current
  for (const end of ends) {
    const row = await sql.row(snapshotAsOf, {
      ...snapshotParameters(catalog, new Date(end.getTime() - 1)),
      accountId,
    })
    if (!row) return { snapshot: current, isWhole: true }
    const grants = rolloversAt(catalog, inLastMillisecond(catalog, row, present, end), end)
    present = withUnwritten(
      present,
      grants.filter(({ id }) => !written.has(id)),
      end,
    )
  }
  const account = await sql.query.selectFrom('account').select('version').where('id', '=', accountId).executeTakeFirst()
  return { snapshot: withUnwritten(present, [], at), isWhole: account?.version === current.version }
}

/** The state before the end of a window, with the present reservations, whose end may not be written yet, and with earlier rollovers. */
function inLastMillisecond(
  catalog: CatalogSnapshot,
  row: SnapshotRow,
  present: AccountSnapshot,
  end: Date,
): AccountSnapshot {
  const { reservations, parentId } = present
  const past = toSnapshot(row, catalog, new Date(end.getTime() - 1))
  return endReservations({
    ...past,
    parentId,
    grants: [...past.grants, ...unwrittenGrants(present)],
    reservations: reservations.filter(({ createdAt }) => isBefore(createdAt, end)),
  })
}

/** Ends of the windows of all plans that were held since a time, ascending. */
async function endsOfWindows(
  sql: Sql,
  catalog: CatalogSnapshot,
  current: AccountSnapshot,
  since: Date,
): Promise<Date[]> {
  const { accountId, createdAt, at } = current
  const ends = new Set<number>()
  const add = (plan: CatalogPlan | undefined, anchor: Date, from: Date, until: Date): void => {
    for (const { window, terms, feature } of plan ? rollingOf(plan) : []) {
      const ofQuota: number[] = []
      const endAfter = (moment: Date): Date => periodAt(window, anchor, moment, timeZoneOf(current, feature)).end
      for (let end = endAfter(from); !isAfter(end, until); end = endAfter(end)) ofQuota.push(end.getTime())
      // Earlier units have ended, and matter only for the maximum.
      for (const end of ofQuota.slice(-(terms.maximum === null ? terms.periods : MAX_ENDS))) ends.add(end)
    }
  }
  for (const plan of catalog.plans) if (plan.prices.length === 0) add(plan, createdAt, since, at)
  for (const held of await plansSince(sql, { accountId, since, at })) {
    const until = [held.endedAt, held.expiresAt].reduce<Date>(
      (last, one) => (one && isBefore(one, last) ? one : last),
      at,
    )
    add(
      catalog.planByVersionId.get(held.planVersionId),
      held.billingAnchor ?? held.since,
      isAfter(held.since, since) ? held.since : since,
      until,
    )
  }
  return [...ends].toSorted((left, right) => left - right).map((end) => new Date(end))
}

/** Plans that an account held at any time of a range. */
const plansSince = (
  { query }: Sql,
  { accountId, since, at }: { readonly accountId: string; readonly since: Date; readonly at: Date },
) =>
  query
    .selectFrom('plan_assignment')
    .select(['planVersionId', 'since', 'billingAnchor', 'endedAt', 'expiresAt'])
    .where('accountId', '=', accountId)
    .where('since', '<', at)
    .where((one) => one.or([one('endedAt', 'is', null), one('endedAt', '>', since)]))
    .where((one) => one.or([one('expiresAt', 'is', null), one('expiresAt', '>', since)]))
    .execute()

/** IDs of what rolled over after a time, and is no longer in snapshots. Those that another server ends at the same time are missing in this snapshot, and count. */
async function closedSince({ query }: Sql, accountId: string, since: Date): Promise<readonly string[]> {
  const rows = await query
    .selectFrom('credit_grant')
    .select('id')
    .where('accountId', '=', accountId)
    .where('causeType', '=', ROLLOVER)
    .where('grantedAt', '>', since)
    .where('open', '=', false)
    .execute()
  return rows.map(({ id }) => id)
}

/** Notes that what rolled over until a time is written. The caller holds the account's lock. */
export async function noteRolledUntil({ query }: Transaction, accountId: string, rolledUntil: Date): Promise<void> {
  await query.updateTable('account').set({ rolledUntil }).where('id', '=', accountId).execute()
}
