import type { AccountRow } from '#entities/identity/account.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { allProblems } from '../model/all-problems.js'
import type { UsageAlert } from '../model/account-snapshot.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { scheduleCapAlerts } from '../spend-caps/send-cap-alerts.js'
import { unknownFeature, validateAmount } from '../model/usage-denials.js'
import { isUsageAlertable, reachedUsage } from '../model/decide-usage-alerts.js'
import { scheduleForecast } from './forecast-usage.js'

const MAX_LEVELS = 5

export interface SetUsageAlerts {
  /** Default: the caller's current account. */
  readonly accountId?: string | null
  readonly feature: string
  /** Percent of the allowance. */
  readonly percents: readonly number[]
  /** Used units of the allowance. Default: none. */
  readonly amounts?: readonly number[] | null
  /** Default: false. */
  readonly onForecast?: boolean | null
  readonly idempotencyKey: string
}

export interface UsageAlertsChanged {
  readonly kind: 'changed'
  readonly account: AccountRow
}

/**
 * Sets the alerts on the allowance of a quota, in place of the earlier ones. Without a level and a forecast there are none. A level
 * that was sent in this window is not sent again.
 */
export async function setUsageAlerts(
  context: CatalogContext,
  input: SetUsageAlerts,
): Promise<UsageAlertsChanged | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const catalog = context.catalog.current()
  const feature = catalog.features.get(input.feature)
  const [percents, amounts] = [ascending(input.percents), ascending(input.amounts ?? [])]
  const onForecast = input.onForecast ?? false
  const invalid = validateAlerts(catalog, feature, input.feature, { percents, amounts })
  if (invalid) return denied(invalid)
  return runIdempotent<UsageAlertsChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'setUsageAlerts', input.idempotencyKey),
    // A call without amounts has the fingerprint that it had before there were any.
    request: { feature: input.feature, percents, ...(amounts.length > 0 && { amounts }), onForecast },
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      await replaceAlerts(context, transaction, {
        accountId: account.id,
        feature: feature!,
        percents,
        amounts,
        onForecast,
      })
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: account.id } }
    },
  })
}

const ascending = (levels: readonly number[]): number[] => [...new Set(levels)].sort((left, right) => left - right)

interface Levels {
  readonly percents: readonly number[]
  readonly amounts: readonly number[]
}

interface Replacement extends Levels {
  readonly accountId: string
  readonly feature: FeatureDefinition
  readonly onForecast: boolean
}

async function replaceAlerts(
  context: CatalogContext,
  transaction: Transaction,
  { accountId, feature, percents, amounts, onForecast }: Replacement,
): Promise<void> {
  const at = context.clock.now()
  const by = context.caller.principal
  const { code, name } = feature
  const before = await transaction.query
    .deleteFrom('usage_alert')
    .where('accountId', '=', accountId)
    .where('feature', '=', code)
    .returning(['percents', 'amounts', 'onForecast'])
    .executeTakeFirst()
  const isRemoved = percents.length === 0 && amounts.length === 0 && !onForecast
  if (!isRemoved) await insertAlerts(context, transaction, { accountId, feature, percents, amounts, onForecast }, at)
  const levels = [
    ...percents.map((percent) => `${percent} percent`),
    ...amounts.map((amount) => `${amount} used`),
    ...(onForecast ? ['the forecast'] : []),
  ]
  await recordAccountEvent(transaction, accountId, at, {
    type: 'usage_alert.set',
    outbox: true,
    summary: isRemoved
      ? `The account removed the alerts on its allowance of ${name}.`
      : `The account set alerts on its allowance of ${name}: ${levels.join(', ')}.`,
    changesEntitlements: true,
    data: { feature: code, percents, amounts, onForecast, by },
  })
  await recordChange(transaction, {
    accountId,
    actor: by,
    action: 'usage_alert.set',
    object: code,
    details: { before: before ?? null, after: isRemoved ? null : { percents, amounts, onForecast } },
  })
}

/** Inserts alerts, and the levels that the use of the window has reached already. */
async function insertAlerts(
  context: CatalogContext,
  transaction: Transaction,
  { accountId, feature, percents, amounts, onForecast }: Replacement,
  at: Date,
): Promise<void> {
  const snapshot = (await loadSnapshot(transaction, context.catalog.current(), accountId, at))!
  const none: UsageAlert = {
    feature: feature.code,
    percents,
    windowStart: null,
    allowance: 0,
    highest: 0,
    amounts,
    amountsWindowStart: null,
    highestAmount: 0,
  }
  const reached = reachedUsage(snapshot, feature, none)
  await transaction.query
    .insertInto('usage_alert')
    .values({
      accountId,
      ...(reached.at(-1)?.after ?? none),
      onForecast,
      createdBy: context.caller.principal,
      since: at,
    })
    .execute()
  if (onForecast) await scheduleForecast(transaction, accountId, at)
  if (reached.length === 0) return
  const rows = reached.map(({ after: _after, ...row }) => ({ accountId, ...row, at }))
  const inPercent = rows.flatMap(({ percent, amount: _amount, allowance, ...row }) =>
    percent === null ? [] : [{ ...row, percent, allowance: allowance!, forecast: null }],
  )
  const inUnits = rows.flatMap(({ percent: _percent, amount, ...row }) => (amount === null ? [] : [{ ...row, amount }]))
  if (inPercent.length > 0)
    await transaction.query
      .insertInto('usage_alert_level')
      .values(inPercent)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  if (inUnits.length > 0)
    await transaction.query
      .insertInto('usage_alert_amount')
      .values(inUnits)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  await scheduleCapAlerts(transaction, accountId, at)
}

function validateAlerts(
  catalog: CatalogSnapshot,
  feature: FeatureDefinition | undefined,
  code: string,
  { percents, amounts }: Levels,
): Refused | null {
  const isPercent = (percent: number) => Number.isSafeInteger(percent) && percent >= 1 && percent <= 100
  return allProblems(
    feature
      ? isUsageAlertable(catalog, feature)
        ? null
        : refused(
            'INVALID_PARAMETERS',
            `${feature.name} cannot have alerts on an allowance: the catalog does not list it, or its window does not end at once.`,
            { field: 'feature' },
          )
      : unknownFeature(catalog, code),
    percents.length <= MAX_LEVELS && percents.every(isPercent)
      ? null
      : refused('INVALID_PARAMETERS', `percents must be at most ${MAX_LEVELS} integers between 1 and 100.`, {
          field: 'percents',
        }),
    amounts.length <= MAX_LEVELS && amounts.every((amount) => validateAmount(amount) === null)
      ? null
      : refused('INVALID_PARAMETERS', `amounts must be at most ${MAX_LEVELS} positive integers.`, { field: 'amounts' }),
  )
}
