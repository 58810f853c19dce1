import type { AccountRow } from '#entities/identity/account.entity.js'
import type { SpendCapPeriod, SpendCapRow, SpendCapSetter } from '#entities/entitlements/spend-cap.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { denied, runIdempotent, type Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireAccount, requireOperator } from '#services/identity/guard/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { allProblems } from '../all-problems.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { unknownFeature, validateAmount } from '../usage/usage-denials.js'
import { isReached, periodAt, PERIODS } from './decide-spend.js'
import { scheduleCapAlerts } from './send-cap-alerts.js'
import { usedSince } from './spend-caps.sql.js'

const MAX_ALERTS = 5

export interface SetSpendCap {
  /** Default: the caller's current account. */
  readonly accountId?: string | null
  readonly feature: string
  readonly period: SpendCapPeriod
  readonly amount: number
  /** Default: those of the cap that it replaces, otherwise none. */
  readonly alertPercents?: readonly number[] | null
  /** True for a cap that the account cannot change. Requires an operator. */
  readonly asOperator?: boolean | null
  readonly idempotencyKey: string
}

/** A cap is identified by its account, feature, period and setter. */
export type SpendCapScope = Pick<SetSpendCap, 'accountId' | 'feature' | 'period' | 'asOperator'>

export interface SpendCapChanged {
  readonly kind: 'changed'
  readonly account: AccountRow
}
export type SpendCapOutcome = SpendCapChanged | Denied

/** Sets the most units of a feature that an account uses in a period. Replaces the cap of the same feature, period and setter. */
export async function setSpendCap(context: CatalogContext, input: SetSpendCap): Promise<SpendCapOutcome> {
  const account = await authorizeSpendCap(context, input)
  const catalog = context.catalog.current()
  const feature = catalog.features.get(input.feature)
  const given = input.alertPercents ? [...new Set(input.alertPercents)].sort((left, right) => left - right) : null
  const invalid = validateCap(catalog.spendCaps, feature, input, given ?? [])
  if (invalid) return denied(invalid)
  const { period, amount } = input
  const setter = setterOf(input)
  return runIdempotent<SpendCapChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'setSpendCap', input.idempotencyKey),
    request: { feature: input.feature, period, amount, alertPercents: given, setter },
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      const at = context.clock.now()
      await lockAccount(transaction, account.id)
      const above = setter === 'ACCOUNT' ? await operatorCap(transaction, account.id, input) : null
      if (above !== null && amount > above)
        return denied(
          refused('INVALID_AMOUNT', `amount must be at most ${above}, the cap of the operator.`, { field: 'amount' }),
        )
      const before = await endSpendCap(transaction, { ...input, accountId: account.id }, at)
      const alertPercents = given ?? before?.alertPercents ?? []
      const snapshot = (await loadSnapshot(transaction, catalog, account.id, at))!
      const { start } = periodAt(snapshot, feature!, period)
      const row = await transaction.row(usedSince, {
        accountId: account.id,
        subAccountId: null,
        feature: feature!.code,
        since: start,
      })
      const used = row?.used ?? 0
      const id = transaction.newId('cap')
      const terms = { feature: feature!.code, period, amount, alertPercents, setter }
      await transaction.query
        .insertInto('spend_cap')
        .values({
          id,
          accountId: account.id,
          ...terms,
          createdBy: context.caller.principal,
          since: at,
          periodStart: start,
          used,
        })
        .execute()
      await recordAccountEvent(transaction, account.id, at, {
        type: 'spend_cap.set',
        outbox: true,
        summary: `${setter === 'OPERATOR' ? 'An operator capped' : 'The account capped'} ${feature!.name} at ${amount} per ${PERIODS[period]}.`,
        changesEntitlements: true,
        data: { ...terms, by: context.caller.principal },
      })
      await recordChange(transaction, {
        accountId: account.id,
        actor: context.caller.principal,
        action: 'spend_cap.set',
        object: feature!.code,
        details: { before, after: terms },
      })
      // Levels that the use of the period has reached already.
      const reached = alertPercents.filter((percent) => isReached({ amount }, used, percent))
      if (reached.length > 0) {
        await transaction.query
          .insertInto('spend_cap_alert')
          .values(
            reached.map((percent) => ({ accountId: account.id, capId: id, periodStart: start, percent, used, at })),
          )
          .execute()
        await scheduleCapAlerts(transaction, account.id, at)
      }
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: account.id } }
    },
  })
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

async function operatorCap(transaction: Transaction, accountId: string, { feature, period }: SetSpendCap) {
  const row = await transaction.query
    .selectFrom('spend_cap')
    .select('amount')
    .where('accountId', '=', accountId)
    .where('feature', '=', feature)
    .where('period', '=', period)
    .where('setter', '=', 'OPERATOR')
    .where('subAccountId', 'is', null)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return row?.amount ?? null
}

function validateCap(
  allowed: readonly string[],
  feature: FeatureDefinition | undefined,
  { feature: code, amount }: SetSpendCap,
  alertPercents: readonly number[],
): Refused | null {
  const isPercent = (percent: number) => Number.isSafeInteger(percent) && percent >= 1 && percent <= 100
  return allProblems(
    feature
      ? allowed.includes(code)
        ? null
        : refused('INVALID_PARAMETERS', `${feature.name} cannot have a cap.`, { field: 'feature' })
      : unknownFeature(code),
    validateAmount(amount),
    alertPercents.length <= MAX_ALERTS && alertPercents.every(isPercent)
      ? null
      : refused('INVALID_PARAMETERS', `alertPercents must be at most ${MAX_ALERTS} integers between 1 and 100.`, {
          field: 'alertPercents',
        }),
  )
}
