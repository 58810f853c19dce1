import type { SpendCapPeriod, SpendCapSetter } from '#entities/entitlements/spend-cap.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { roundUp, type RoundedCost } from '../model/cap-cost.js'
import type { CapLimit } from './cap-terms.js'
import { chargedSince, exactCostSince, usedSince } from '../model/spend-caps.sql.js'

/** A cap is identified by its account, feature, period and setter, by whether it is in money, and by its member. */
export interface CapKey {
  readonly accountId: string
  readonly feature: string
  readonly period: SpendCapPeriod
  readonly setter: SpendCapSetter
  readonly isMoney: boolean
  /** Member whose use it limits. Null: all of them. */
  readonly userId: string | null
}

/** Terms of a cap that ended. */
export interface EndedCap extends CapLimit {
  readonly alertPercents: readonly number[]
}

/** Ends the present cap of an account. Null if there is none. The caller holds the account lock. */
export async function endCap(transaction: Transaction, key: CapKey, at: Date): Promise<EndedCap | null> {
  const { accountId, feature, period, setter, isMoney, userId } = key
  if (userId !== null) {
    const [ended] = await transaction.query
      .updateTable('member_cap')
      .set({ endedAt: at })
      .where((is) => is.and({ accountId, userId, feature, period, setter }))
      .where('currency', isMoney ? 'is not' : 'is', null)
      .where('endedAt', 'is', null)
      .returning(['amount', 'currency', 'alertPercents'])
      .execute()
    return ended ?? null
  }
  if (isMoney) {
    const [ended] = await transaction.query
      .updateTable('money_cap')
      .set({ endedAt: at })
      .where((is) => is.and({ accountId, feature, period, setter }))
      .where('endedAt', 'is', null)
      .returning(['amountMinor as amount', 'currency', 'alertPercents'])
      .execute()
    return ended ?? null
  }
  const [ended] = await transaction.query
    .updateTable('spend_cap')
    .set({ endedAt: at })
    .where((is) => is.and({ accountId, feature, period, setter }))
    .where('subAccountId', 'is', null)
    .where('endedAt', 'is', null)
    .returning(['amount', 'alertPercents'])
    .execute()
  return ended ? { ...ended, currency: null } : null
}

/** Units or money of the operator's cap of the same kind. Null if there is none. */
export async function operatorCap(
  transaction: Transaction,
  { accountId, feature, period, isMoney, userId }: CapKey,
): Promise<number | null> {
  if (userId !== null) {
    const row = await transaction.query
      .selectFrom('member_cap')
      .select('amount')
      .where((is) => is.and({ accountId, userId, feature, period, setter: 'OPERATOR' }))
      .where('currency', isMoney ? 'is not' : 'is', null)
      .where('endedAt', 'is', null)
      .executeTakeFirst()
    return row?.amount ?? null
  }
  if (isMoney) {
    const row = await transaction.query
      .selectFrom('money_cap')
      .select('amountMinor')
      .where((is) => is.and({ accountId, feature, period, setter: 'OPERATOR' }))
      .where('endedAt', 'is', null)
      .executeTakeFirst()
    return row?.amountMinor ?? null
  }
  const row = await transaction.query
    .selectFrom('spend_cap')
    .select('amount')
    .where((is) => is.and({ accountId, feature, period, setter: 'OPERATOR' }))
    .where('subAccountId', 'is', null)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return row?.amount ?? null
}

/** Units that an account or a member has used of a feature since a time, or their cost. The cost of a member is rounded up. */
export async function countedSince(
  transaction: Transaction,
  { accountId, feature, userId }: CapKey,
  { currency }: CapLimit,
  since: Date,
): Promise<RoundedCost> {
  const parameters = { accountId, feature, since }
  if (currency !== null && userId !== null) {
    const row = await transaction.row(exactCostSince, { ...parameters, userId, currency })
    return roundUp(BigInt(row!.exact))
  }
  const row = await (currency === null
    ? transaction.row(usedSince, { ...parameters, subAccountId: null, userId })
    : transaction.row(chargedSince, { ...parameters, currency }))
  return { used: row?.used ?? 0, roundedUp: 0 }
}

interface NewCap extends CapLimit, RoundedCost {
  readonly alertPercents: readonly number[]
  readonly createdBy: string
  readonly since: Date
  readonly periodStart: Date
}

/** Inserts a cap and returns its ID. */
export async function insertCap(transaction: Transaction, key: CapKey, cap: NewCap): Promise<string> {
  const { isMoney: _, userId, ...scope } = key
  const { amount, currency, used, roundedUp, ...terms } = cap
  const row = { id: transaction.newId('cap'), ...scope, ...terms }
  if (userId !== null)
    await transaction.query
      .insertInto('member_cap')
      .values({ ...row, userId, amount, currency, used, roundedUp })
      .execute()
  else
    await (currency === null
      ? transaction.query
          .insertInto('spend_cap')
          .values({ ...row, amount, used })
          .execute()
      : transaction.query
          .insertInto('money_cap')
          .values({ ...row, amountMinor: amount, currency, usedMinor: used })
          .execute())
  return row.id
}

/** Ends all caps of a member who leaves the account. */
export async function endMemberCaps(
  transaction: Transaction,
  accountId: string,
  userId: string,
  at: Date,
): Promise<void> {
  await transaction.query
    .updateTable('member_cap')
    .set({ endedAt: at })
    .where('accountId', '=', accountId)
    .where('userId', '=', userId)
    .where('endedAt', 'is', null)
    .execute()
}
