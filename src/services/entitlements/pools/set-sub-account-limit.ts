import type { AccountRow } from '#entities/identity/account.entity.js'
import type { SpendCapPeriod } from '#entities/entitlements/spend-cap.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { allProblems } from '../model/all-problems.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { PERIODS } from '../model/cap-denial.js'
import { periodAt } from '../model/decide-spend.js'
import { endSpendCap } from '../spend-caps/set-spend-cap.js'
import { usedSince } from '../model/spend-caps.sql.js'
import { unknownFeature, validateAmount } from '../model/usage-denials.js'
import { lockSubAccount } from './sub-accounts.sql.js'

export interface SetSubAccountLimit {
  /** Parent account. Default: the caller's current account. */
  readonly accountId?: string | null
  readonly subAccountId: string
  readonly feature: string
  readonly period: SpendCapPeriod
  /** Null or absent: no limit. */
  readonly amount?: number | null
}

export type SubAccountLimitOutcome = { readonly kind: 'changed'; readonly account: AccountRow } | Denied

/** Sets the most units of a pool that a sub-account uses in a period, or removes the limit. */
export async function setSubAccountLimit(
  context: CatalogContext,
  input: SetSubAccountLimit,
): Promise<SubAccountLimitOutcome> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const feature = context.catalog.current().features.get(input.feature)
  const invalid = validateLimit(context.catalog.current(), feature, input)
  if (invalid || !feature) return denied(invalid ?? unknownFeature(context.catalog.current(), input.feature))
  const denial = await context.database.transaction((transaction) =>
    changeLimit(context, transaction, { ...input, accountId: account.id }, feature),
  )
  return denial ? denied(denial) : { kind: 'changed', account }
}

async function changeLimit(
  context: CatalogContext,
  transaction: Transaction,
  input: SetSubAccountLimit & { readonly accountId: string },
  feature: FeatureDefinition,
): Promise<Refused | null> {
  const { accountId, subAccountId, period, amount = null } = input
  const at = context.clock.now()
  const by = context.caller.principal
  await lockAccount(transaction, accountId)
  if (!(await transaction.row(lockSubAccount, { parentId: accountId, subAccountId })))
    return refused('INVALID_PARAMETERS', 'The account has no such sub-account.', { field: 'subAccountId' })
  const snapshot = (await loadSnapshot(transaction, context.catalog.current(), accountId, at))!
  const present = snapshot.caps.find(
    (cap) => cap.subAccountId === subAccountId && cap.feature === feature.code && cap.period === period,
  )
  if ((present?.amount ?? null) === amount) return null
  const before = await endSpendCap(transaction, { accountId, subAccountId, feature: feature.code, period }, at)
  if (amount !== null) {
    const { start } = periodAt(snapshot, feature, period)
    const used = { accountId, subAccountId, userId: null, feature: feature.code, since: start }
    const use = await transaction.row(usedSince, used)
    await transaction.query
      .insertInto('spend_cap')
      .values({
        id: transaction.newId('cap'),
        accountId,
        subAccountId,
        feature: feature.code,
        period,
        amount,
        alertPercents: [],
        setter: 'ACCOUNT',
        createdBy: by,
        since: at,
        periodStart: start,
        used: use?.used ?? 0,
      })
      .execute()
  }
  const data = { subAccountId, feature: feature.code, period, amount, by }
  await recordAccountEvent(transaction, accountId, at, {
    type: 'sub_account.limit_set',
    outbox: true,
    summary:
      amount === null
        ? `The limit of a sub-account for ${feature.name} per ${PERIODS[period]} was removed.`
        : `A sub-account was limited to ${amount} ${feature.name} units per ${PERIODS[period]}.`,
    changesEntitlements: true,
    data,
  })
  await recordChange(transaction, {
    accountId,
    actor: by,
    action: 'sub_account.limit_set',
    object: subAccountId,
    details: { ...data, before: before?.amount ?? null },
  })
  return null
}

const validateLimit = (
  catalog: CatalogSnapshot,
  feature: FeatureDefinition | undefined,
  { feature: code, amount }: SetSubAccountLimit,
): Refused | null =>
  allProblems(
    feature
      ? catalog.pools.includes(code)
        ? null
        : refused('INVALID_PARAMETERS', `${feature.name} is not a pool.`, { field: 'feature' })
      : unknownFeature(catalog, code),
    amount === null || amount === undefined ? null : validateAmount(amount, 0),
  )
