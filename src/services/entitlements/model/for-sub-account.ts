import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { FinalResult } from '../engine/engine.js'
import type { AccountSnapshot } from './account-snapshot.js'
import { POOL_SOURCE } from './entitlement.js'
import { usagePeriodStart } from './usage-period.js'
import { withoutExhausted } from './exhausted-grants.js'
import type { Consumption } from '../usage/usage-operation.js'
import type { UsedPool } from '../pools/find-route.js'

/** The result of a use as the sub-account sees it: without plans and grants of the parent. */
export function forSubAccount(answer: FinalResult, pool: UsedPool): FinalResult {
  if (answer.kind === 'repeated') return { ...answer, pool }
  if (answer.kind === 'consumed') return { ...answer, consumption: ofSubAccount(answer.consumption, pool) }
  if (answer.kind !== 'reservation') return answer
  const { reservation } = answer
  return {
    ...answer,
    reservation: { ...reservation, ...placeOf(reservation.snapshot, reservation.feature, pool) },
  }
}

/** A consumption as the sub-account sees it. */
export const ofSubAccount = (consumption: Consumption, pool: UsedPool): Consumption => ({
  ...consumption,
  ...placeOf(consumption.snapshot, consumption.feature, pool),
  debt: 0,
  charges: [],
  taken: consumption.amount > 0 ? [{ source: POOL_SOURCE, amount: consumption.amount }] : [],
})

const placeOf = (
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  { subAccount }: UsedPool,
): { readonly accountId: string; readonly snapshot: AccountSnapshot } => ({
  accountId: subAccount.accountId,
  snapshot: inPool(subAccount, withoutExhausted(snapshot, feature.code, usagePeriodStart(snapshot, feature))),
})

/** The snapshot of a sub-account with that of its parent, at the time of the parent's. */
export const inPool = (subAccount: AccountSnapshot, parent: AccountSnapshot): AccountSnapshot => ({
  ...subAccount,
  at: parent.at,
  pool: parent,
})
