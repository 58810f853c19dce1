import type { AutoTopUpRow, TopUpStop } from '#entities/billing/auto-top-up.entity.js'
import { OPEN_TOP_UP_STATUSES, type TopUpRow } from '#entities/billing/top-up.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Window } from '#services/entitlements/model/quota-window.js'

/** Terms in force of an account, stopped ones included. */
export const liveAutoTopUps = (sql: Sql, accountId: string): Promise<AutoTopUpRow[]> =>
  sql.query
    .selectFrom('auto_top_up')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('endedAt', 'is', null)
    .orderBy('since')
    .orderBy('id')
    .execute()

/** Terms with the threshold of their alert. */
export async function findAutoTopUp(
  sql: Sql,
  accountId: string,
  id: string,
): Promise<(AutoTopUpRow & { readonly threshold: number }) | null> {
  const row = await sql.query
    .selectFrom('auto_top_up as t')
    .innerJoin('alert as l', (join) => join.onRef('l.id', '=', 't.id').onRef('l.accountId', '=', 't.accountId'))
    .selectAll('t')
    .select((eb) => eb.ref('l.units').$notNull().as('threshold'))
    .where('t.accountId', '=', accountId)
    .where('t.id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** The top-up of a crossing. */
export async function topUpOfCrossing(
  sql: Sql,
  accountId: string,
  autoTopUpId: string,
  crossing: number,
): Promise<TopUpRow | null> {
  const row = await sql.query
    .selectFrom('top_up')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('autoTopUpId', '=', autoTopUpId)
    .where('crossing', '=', crossing)
    .executeTakeFirst()
  return row ?? null
}

/** Top-ups of a feature that were paid or can still succeed, in a month by their charge. */
export async function countTopUps(
  sql: Sql,
  accountId: string,
  feature: string,
  { start, end }: Pick<Window, 'start' | 'end'>,
): Promise<number> {
  const { count } = await sql.query
    .selectFrom('top_up')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('accountId', '=', accountId)
    .where('feature', '=', feature)
    .where('status', 'in', [...OPEN_TOP_UP_STATUSES, 'PAID'])
    .where('chargedAt', '>=', start)
    .where('chargedAt', '<', end)
    .executeTakeFirstOrThrow()
  return count
}

/** True if a top-up of the feature can still succeed. */
export async function hasOpenTopUp(sql: Sql, accountId: string, feature: string): Promise<boolean> {
  const row = await sql.query
    .selectFrom('top_up')
    .select('id')
    .where('accountId', '=', accountId)
    .where('feature', '=', feature)
    .where('status', 'in', OPEN_TOP_UP_STATUSES)
    .executeTakeFirst()
  return row !== undefined
}

/** True if money of a top-up under these terms was refunded or charged back. */
export async function hasReversedTopUp(sql: Sql, accountId: string, autoTopUpId: string): Promise<boolean> {
  const row = await sql.query
    .selectFrom('top_up as t')
    .innerJoin('purchase as p', (join) =>
      join
        .onRef('p.accountId', '=', 't.accountId')
        .onRef('p.provider', '=', 't.provider')
        .on((eb) =>
          eb.or([eb('p.paymentId', '=', eb.ref('t.paymentId')), eb('p.invoiceId', '=', eb.ref('t.invoiceId'))]),
        ),
    )
    .select('t.id')
    .where('t.accountId', '=', accountId)
    .where('t.autoTopUpId', '=', autoTopUpId)
    .where('p.reversedMinor', '>', 0)
    .executeTakeFirst()
  return row !== undefined
}

/** Stores why a payment failed, before it is canceled: a call that reads it afterward cannot know. */
export async function recordCause(
  { query }: Sql,
  { id, accountId }: Pick<TopUpRow, 'id' | 'accountId'>,
  cause: TopUpStop,
): Promise<void> {
  await query
    .updateTable('top_up')
    .set({ failureReason: cause })
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .where('status', '=', 'CHARGING')
    .execute()
}
