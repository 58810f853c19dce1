import type { Transaction } from '#services/kernel/database/database.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { balanceOf, lastGrantAt, rebased, type BalanceBase } from '../model/decide-levels.js'
import { loadSnapshotAsOf } from '../snapshot/load-snapshot-as-of.js'

/**
 * Base of a new alert on a balance in percent. The present alerts in percent have seen each balance since the last grant; the ledger only has what
 * was held then: with the present plans, and without uses at the time of the grant itself.
 */
export async function newBalanceBase(
  context: CatalogContext,
  transaction: Transaction,
  now: AccountSnapshot,
  feature: FeatureDefinition,
): Promise<BalanceBase> {
  const present = await presentBase(context, transaction, now, feature)
  const seen = now.alerts.flatMap(({ basis, percent, base, basedAt, feature: code }) =>
    basis === 'BALANCE' && percent !== null && code === feature.code && !isAfter(present.basedAt, basedAt!)
      ? base!
      : [],
  )
  return { ...present, base: Math.max(present.base, ...seen) }
}

/** Balance of an account after its last grant, or at the start of the window: the ledger up to then, with the present plans. */
async function presentBase(
  context: CatalogContext,
  transaction: Transaction,
  now: AccountSnapshot,
  feature: FeatureDefinition,
): Promise<BalanceBase> {
  const { accountId, at } = now
  // Also one of which nothing is left.
  const latest = await transaction.query
    .selectFrom('credit_grant')
    .select(({ fn }) => fn.max('grantedAt').as('at'))
    .where('accountId', '=', accountId)
    .where('feature', '=', feature.code)
    .where('grantedAt', '<=', at)
    .executeTakeFirst()
  const usable = lastGrantAt(now, feature)
  const basedAt = latest?.at && isAfter(latest.at, usable) ? latest.at : usable
  const then = (await loadSnapshotAsOf(transaction, context.catalog.current(), accountId, { asOf: basedAt, now: at }))!
  const { assignments, held, packages, overrides } = now
  const balance = balanceOf({ ...then, assignments, held, packages, overrides }, feature)
  const base = Number.isFinite(balance) ? balance : 0
  return rebased({ base, basedAt }, balanceOf(now, feature), basedAt)
}
