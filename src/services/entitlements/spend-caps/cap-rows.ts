import type { SpendCapRow } from '#entities/entitlements/spend-cap.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { roundUp, type RoundedCost } from '../model/cap-cost.js'
import type { CapLimit } from './cap-terms.js'
import { chargedSince, exactCostSince, usedSince } from '../model/spend-caps.sql.js'

/** Units that an account, a member or a sub-account has used of a feature since a time, or their cost. The cost of a member is rounded up. */
export async function countedSince(
  transaction: Transaction,
  { accountId, feature, subAccountId, userId }: Pick<SpendCapRow, 'accountId' | 'feature' | 'subAccountId' | 'userId'>,
  { currency }: CapLimit,
  since: Date,
): Promise<RoundedCost> {
  const parameters = { accountId, feature, since }
  if (currency !== null && userId !== null) {
    const row = await transaction.row(exactCostSince, { ...parameters, userId, currency })
    return roundUp(BigInt(row!.exact.replace('.', '')))
  }
  const row = await (currency === null
    ? transaction.row(usedSince, { ...parameters, subAccountId, userId })
    : transaction.row(chargedSince, { ...parameters, currency }))
  return { used: row?.used ?? 0, roundedUp: 0 }
}

/** Ends caps: one, or all of a member or a sub-account who leaves the account. The caller holds the account lock. */
export async function endCaps(
  transaction: Transaction,
  {
    accountId,
    ...scope
  }: Pick<SpendCapRow, 'accountId'> & Partial<Pick<SpendCapRow, 'id' | 'userId' | 'subAccountId'>>,
  at: Date,
): Promise<void> {
  await transaction.query
    .updateTable('spend_cap')
    .set({ endedAt: at })
    .where('accountId', '=', accountId)
    .where((is) => is.and(scope))
    .where('endedAt', 'is', null)
    .execute()
}

/** Caps by their IDs, also those that have ended. */
export const capsByIds = ({ query }: Pick<Sql, 'query'>, ids: readonly string[]): Promise<SpendCapRow[]> =>
  query.selectFrom('spend_cap').selectAll().where('id', 'in', ids).execute()
