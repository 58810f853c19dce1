import { numberText } from '#services/kernel/text/readable.js'
import type { AlertBasis } from '#entities/entitlements/alert.entity.js'
import type { AlertInput, SetAlertsArgs } from '#schema/entitlements/alert.type.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { AccountChanged, AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { AlertLevel } from '../model/alert.js'
import { allowanceCrossing } from '../model/decide-usage-alerts.js'
import { scheduleSweep } from '../model/entitlements-sweep.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { validateAlerts } from './alert-terms.js'
import { newBalanceBase } from './balance-base.js'
import { scheduleForecast } from './forecast-usage.js'
import { writeAlert } from './write-alerts.js'

/** Basis and level, which identify an alert of a feature. */
interface SetAlert extends AlertLevel {
  readonly basis: AlertBasis
}

/** Sets the alerts of a feature, in place of the earlier ones. One that stays keeps its state, so it is not sent again for the same crossing. */
export async function setAlerts(context: CatalogContext, input: SetAlertsArgs): Promise<AccountOutcome> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const catalog = context.catalog.current()
  const feature = catalog.features.get(input.feature)
  const invalid = validateAlerts(catalog, feature, input)
  if (invalid) return denied(invalid)
  const alerts = distinct(input.alerts)
  return runIdempotent<AccountChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'setAlerts', input.idempotencyKey),
    request: { feature: input.feature, alerts },
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      await replaceAlerts(context, transaction, account.id, feature!, alerts)
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: account.id } }
    },
  })
}

const keyOf = ({ basis, percent, units }: SetAlert): string => `${basis} ${percent} ${units}`

const distinct = (terms: readonly AlertInput[]): SetAlert[] => [
  ...new Map(
    terms.map(({ basis, percent = null, units = null }) => {
      const alert = { basis, percent, units }
      return [keyOf(alert), alert]
    }),
  ).values(),
]

/** Selects the alerts of a feature that notify, present and ended. */
const notifyingAlerts = ({ query }: Transaction, accountId: string, { code }: FeatureDefinition) =>
  query
    .selectFrom('alert')
    .select(['id', 'basis', 'percent', 'units'])
    .where('accountId', '=', accountId)
    .where('feature', '=', code)
    .where('action', '=', 'NOTIFY')
    .orderBy('since')
    .orderBy('id')

async function replaceAlerts(
  context: CatalogContext,
  transaction: Transaction,
  accountId: string,
  feature: FeatureDefinition,
  alerts: readonly SetAlert[],
): Promise<void> {
  const at = context.clock.now()
  const by = context.caller.principal
  const before = await notifyingAlerts(transaction, accountId, feature).where('endedAt', 'is', null).execute()
  const [kept, wanted] = [new Set(before.map(keyOf)), new Set(alerts.map(keyOf))]
  const ended = before.filter((alert) => !wanted.has(keyOf(alert))).map(({ id }) => id)
  const added = alerts.filter((alert) => !kept.has(keyOf(alert)))
  await addAlerts(context, transaction, accountId, feature, added)
  if (ended.length > 0)
    await transaction.query
      .updateTable('alert')
      .set({ endedAt: at })
      .where('accountId', '=', accountId)
      .where('id', 'in', ended)
      .execute()
  await reachAlerts(context, transaction, accountId, feature)
  if (alerts.some(({ basis }) => basis === 'FORECAST')) await scheduleForecast(transaction, accountId, at)
  await recordAccountEvent(transaction, accountId, at, {
    type: 'alert.changed',
    outbox: true,
    summary:
      alerts.length === 0
        ? `The account removed the alerts of ${feature.name}.`
        : `The account set alerts of ${feature.name}: ${alerts.map(levelText).join(', ')}.`,
    changesEntitlements: true,
    data: { feature: feature.code, alerts, by },
  })
  await recordChange(transaction, {
    accountId,
    actor: by,
    action: 'alert.changed',
    object: feature.code,
    details: { before: before.map(({ id: _id, ...alert }) => alert), after: alerts },
  })
}

const levelText = ({ basis, percent, units }: SetAlert): string => {
  if (basis === 'FORECAST') return 'the forecast'
  const level = percent === null ? numberText(units!) : `${percent} percent`
  return basis === 'BALANCE' ? `below ${level}` : `${level} used`
}

/** Stores new alerts. One on an allowance or a forecast that was removed before is continued: it is sent once in a window. */
async function addAlerts(
  context: CatalogContext,
  transaction: Transaction,
  accountId: string,
  feature: FeatureDefinition,
  added: readonly SetAlert[],
): Promise<void> {
  if (added.length === 0) return
  const at = context.clock.now()
  const createdBy = context.caller.principal
  const earlier = await notifyingAlerts(transaction, accountId, feature)
    .where('basis', '<>', 'BALANCE')
    .where('endedAt', 'is not', null)
    .execute()
  const known = new Map(earlier.map((alert) => [keyOf(alert), alert.id]))
  const snapshot = (await loadSnapshot(transaction, context.catalog.current(), accountId, at))!
  for (const alert of added) {
    const id = known.get(keyOf(alert))
    if (id) {
      await transaction.query
        .updateTable('alert')
        .set({ endedAt: null, since: at, createdBy })
        .where('accountId', '=', accountId)
        .where('id', '=', id)
        .execute()
      continue
    }
    const isShare = alert.basis === 'BALANCE' && alert.percent !== null
    const base = isShare ? await newBalanceBase(context, transaction, snapshot, feature) : {}
    await writeAlert(transaction, {
      accountId,
      feature: feature.code,
      action: 'NOTIFY',
      ...alert,
      ...base,
      createdBy,
      at,
    })
  }
}

/** Writes the crossings of levels that the use of the window has reached already. */
async function reachAlerts(
  context: CatalogContext,
  transaction: Transaction,
  accountId: string,
  feature: FeatureDefinition,
): Promise<void> {
  const at = context.clock.now()
  const snapshot = (await loadSnapshot(transaction, context.catalog.current(), accountId, at))!
  for (const before of snapshot.alerts) {
    if (before.feature !== feature.code || before.basis !== 'ALLOWANCE') continue
    const reached = allowanceCrossing(snapshot, feature, before)
    if (!reached) continue
    const { base, basedAt, crossings } = reached.alert
    await transaction.query
      .updateTable('alert')
      .set({ base, basedAt, crossings })
      .where('accountId', '=', accountId)
      .where('id', '=', before.id)
      .execute()
    await transaction.query
      .insertInto('alert_crossing')
      .values({ accountId, ...reached.crossing, at })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await scheduleSweep(transaction, accountId, at)
  }
}
