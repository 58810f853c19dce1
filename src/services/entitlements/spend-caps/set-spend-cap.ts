import type { AccountRow } from '#entities/identity/account.entity.js'
import type { SpendCapPeriod, SpendCapRow, SpendCapSetter } from '#entities/entitlements/spend-cap.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { Refused } from '#services/kernel/denials/denial.js'
import type { Money } from '#services/kernel/money/money.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireAccount, requireOperator } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { memberDenial } from '../model/usage-denials.js'
import { usageMembers } from '../model/usage-member.js'
import { PERIODS } from '../model/cap-denial.js'
import { countedSince, endCap, insertCap, operatorCap, type CapKey } from './cap-rows.js'
import { aboveOperator, limitText, readCapLimit, shownLimit, type CapLimit } from './cap-terms.js'
import { capEvents, ofMember } from './cap-member.js'
import { isReached, periodAt } from '../model/decide-spend.js'
import { scheduleCapAlerts } from './send-cap-alerts.js'

export interface SetSpendCap {
  /** Default: the caller's current account. */
  readonly accountId?: string | null
  readonly feature: string
  readonly period: SpendCapPeriod
  /** Most units. Exactly one of `amount` and `money` is required. */
  readonly amount?: number | null
  /** Highest cost beyond the allowance, in the currency of the catalog. */
  readonly money?: Money | null
  /** Default: those of the cap that it replaces, otherwise none. */
  readonly alertPercents?: readonly number[] | null
  /** True for a cap that the account cannot change. Requires an operator. */
  readonly asOperator?: boolean | null
  /** Member whose use it limits. Default: the whole account. */
  readonly userId?: string | null
  readonly idempotencyKey: string
}

/** A cap is identified by its account, feature, period, setter and member, and by whether it is in money. */
export type SpendCapScope = Pick<SetSpendCap, 'accountId' | 'feature' | 'period' | 'asOperator' | 'userId'>

export interface SpendCapChanged {
  readonly kind: 'changed'
  readonly account: AccountRow
}
export type SpendCapOutcome = SpendCapChanged | Denied

/**
 * Sets the most units of a feature that an account or a member uses in a period, or their highest cost beyond the allowance. Replaces the cap
 * of the same feature, period, setter, kind and member.
 */
export async function setSpendCap(context: CatalogContext, input: SetSpendCap): Promise<SpendCapOutcome> {
  const account = await authorizeSpendCap(context, input)
  const catalog = context.catalog.current()
  const feature = catalog.features.get(input.feature)
  const given = input.alertPercents ? [...new Set(input.alertPercents)].sort((left, right) => left - right) : null
  const limit = readCapLimit(catalog, feature, input, given ?? [])
  if ('code' in limit) return denied(limit)
  const { period } = input
  const setter = setterOf(input)
  const { currency } = limit
  const userId = input.userId ?? null
  return runIdempotent<SpendCapChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'setSpendCap', input.idempotencyKey),
    request: {
      feature: input.feature,
      period,
      ...shownLimit(limit),
      alertPercents: given,
      setter,
      ...ofMember(userId),
    },
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      const key = { accountId: account.id, feature: feature!.code, period, setter, isMoney: currency !== null, userId }
      await lockAccount(transaction, account.id)
      const denial = await denialOfCap(transaction, key, limit)
      if (denial) return denied(denial)
      await replaceCap(context, transaction, feature!, { key, limit, alertPercents: given })
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: account.id } }
    },
  })
}

/** Denial of a cap for a user who is not a member, and of one above that of the operator. Null if it may be set. */
async function denialOfCap(transaction: Transaction, key: CapKey, limit: CapLimit): Promise<Refused | null> {
  const { accountId, userId, setter } = key
  const [member] = await usageMembers(transaction, [{ accountId, userId }])
  const stranger = memberDenial(member!)
  if (stranger) return stranger
  return setter === 'ACCOUNT' ? aboveOperator(limit, await operatorCap(transaction, key)) : null
}

interface Replacement {
  readonly key: CapKey
  readonly limit: CapLimit
  /** Null: those of the cap that ends. */
  readonly alertPercents: readonly number[] | null
}

/** Ends a cap and inserts its successor, with what was used in the period before. */
async function replaceCap(
  context: CatalogContext,
  transaction: Transaction,
  feature: FeatureDefinition,
  { key, limit, alertPercents: given }: Replacement,
): Promise<void> {
  const at = context.clock.now()
  const { accountId, period, setter, userId } = key
  const by = context.caller.principal
  const before = await endCap(transaction, key, at)
  const alertPercents = given ?? before?.alertPercents ?? []
  const snapshot = (await loadSnapshot(transaction, context.catalog.current(), accountId, at))!
  const { start } = periodAt(snapshot, feature, period)
  const counted = await countedSince(transaction, key, limit, start)
  const { used } = counted
  const cap = { ...limit, alertPercents, createdBy: by, since: at, periodStart: start, ...counted }
  const capId = await insertCap(transaction, key, cap)
  const terms = { feature: feature.code, period, ...shownLimit(limit), alertPercents, setter, ...ofMember(userId) }
  await recordAccountEvent(transaction, accountId, at, {
    type: `${capEvents(key)}.set` as const,
    outbox: true,
    summary: `${setter === 'OPERATOR' ? 'An operator capped' : 'The account capped'} ${feature.name} at ${limitText(limit)} per ${PERIODS[period]}${userId === null ? '' : ` for member ${userId}`}.`,
    changesEntitlements: true,
    data: { ...terms, by },
  })
  await recordChange(transaction, {
    accountId,
    actor: by,
    action: `${capEvents(key)}.set` as const,
    object: feature.code,
    details: { before: before && { ...shownLimit(before), alertPercents: before.alertPercents }, after: terms },
  })
  // Levels that the use of the period has reached already.
  const reached = alertPercents.filter((percent) => isReached(limit, used, percent))
  if (reached.length === 0) return
  await transaction.query
    .insertInto('spend_cap_alert')
    .values(reached.map((percent) => ({ accountId, capId, periodStart: start, percent, used, at })))
    .execute()
  await scheduleCapAlerts(transaction, accountId, at)
}

/** The account whose caps the caller may change: as its owner or admin, or as an operator. */
export async function authorizeSpendCap(context: CatalogContext, input: SpendCapScope): Promise<AccountRow> {
  if (!input.asOperator) return requireAccount(context, input.accountId, 'billing:manage')
  requireOperator(context, 'ops:write')
  return requireAccount(context, input.accountId, 'account:read')
}

export const setterOf = ({ asOperator }: SpendCapScope): SpendCapSetter => (asOperator ? 'OPERATOR' : 'ACCOUNT')

/** Ends the present cap and returns its terms for the audit log. Null if there is none. The caller holds the account lock. */
export async function endSpendCap(
  transaction: Transaction,
  scope: SpendCapScope & { readonly accountId: string; readonly subAccountId?: string },
  at: Date,
): Promise<Pick<SpendCapRow, 'amount' | 'alertPercents'> | null> {
  const [ended] = await transaction.query
    .updateTable('spend_cap')
    .set({ endedAt: at })
    .where('accountId', '=', scope.accountId)
    .where('feature', '=', scope.feature)
    .where('period', '=', scope.period)
    .where('setter', '=', setterOf(scope))
    .where('subAccountId', scope.subAccountId ? '=' : 'is', scope.subAccountId ?? null)
    .where('endedAt', 'is', null)
    .returning(['amount', 'alertPercents'])
    .execute()
  return ended ?? null
}
