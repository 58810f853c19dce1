import { partsText } from '#services/catalog/tariffs/describe-tariff.js'
import { costOf } from '#services/catalog/tariffs/price-units.js'
import { allPages, forEachSeparately } from '#services/kernel/event-loop/for-each-separately.js'
import type { OverageLine } from '#entities/billing/usage-report.entity.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { BillingContext } from './billing-context.js'
import type { ProviderName } from './port.js'
import { accountsWithOverage, endedOverage, type EndedOverage } from './overage-invoices.sql.js'

/** Key of the reports and the watermark of overage. A code contains no space. */
export const overageWatermark = (feature: string): string => `${feature} overage`

/** Code of the feature of a watermark. */
export const featureOfWatermark = (watermark: string): string => watermark.split(' ', 1)[0]!

const ACCOUNTS_AT_ONCE = 500

/**
 * Collects the cost of overage whose window has ended: one report for each account, which is sent as an invoice. Units that are committed
 * after the end of their window are collected by a later run.
 */
export async function collectOverage(context: BillingContext, provider: ProviderName, feature: string): Promise<void> {
  const watermark = overageWatermark(feature)
  const now = context.clock.now()
  const found = allPages<{ accountId: string }>(ACCOUNTS_AT_ONCE, (last) =>
    context.database.rows(accountsWithOverage, {
      provider,
      feature,
      watermark,
      now,
      after: last?.accountId ?? '',
      limit: ACCOUNTS_AT_ONCE,
    }),
  )
  await forEachSeparately(found, ({ accountId }) => collectOverageOf(context, provider, feature, accountId))
}

/** Collects the cost of overage of one account. */
export const collectOverageOf = (
  context: BillingContext,
  provider: ProviderName,
  feature: string,
  accountId: string,
): Promise<void> =>
  context.database.transaction((transaction) =>
    collectOfAccount(transaction, { accountId, provider, feature, now: context.clock.now() }),
  )

interface Collected {
  readonly accountId: string
  readonly provider: ProviderName
  readonly feature: string
  readonly now: Date
}

/** Marks the units as invoiced and writes the report in one step; of two concurrent runs, one does. */
async function collectOfAccount(
  transaction: Transaction,
  { accountId, provider, feature, now }: Collected,
): Promise<void> {
  const toVersion = await lockAccount(transaction, accountId)
  const watermark = overageWatermark(feature)
  const ended = await transaction.rows(endedOverage, { accountId, feature, watermark, now })
  for (const { windowStart, windowEnd, tariff, used } of ended)
    await transaction.query
      .updateTable('overage_usage')
      .set({ invoiced: used })
      .where('accountId', '=', accountId)
      .where('windowEnd', '=', windowEnd)
      .where('feature', '=', feature)
      .where('windowStart', '=', windowStart)
      .where('tariff', '=', tariff)
      .execute()
  const lines = ended.map(lineOf).filter(({ amountMinor }) => amountMinor > 0)
  if (lines.length === 0) return
  const previous = await transaction.query
    .selectFrom('usage_report')
    .select(({ fn }) => fn.max<number | null>('toVersion').as('toVersion'))
    .where('accountId', '=', accountId)
    .where('feature', '=', watermark)
    .executeTakeFirstOrThrow()
  await transaction.query
    .insertInto('usage_report')
    .values({
      id: transaction.newId('usg'),
      accountId,
      provider,
      feature: watermark,
      meter: '',
      fromVersion: previous.toVersion ?? 0,
      toVersion,
      amount: lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      lines: jsonb(lines),
      at: ended.at(-1)!.windowEnd,
    })
    .execute()
}

/**
 * Pure: the rounded cost of all units of the window less the earlier lines. Late units that make all units cheaper, as volume prices do, return
 * nothing.
 */
export function lineOf({ used, invoiced, charged, windowStart, windowEnd, ...terms }: EndedOverage): OverageLine {
  return {
    ...terms,
    units: used - invoiced,
    from: invoiced,
    amountMinor: Math.max(0, costOf(terms.tariff, used) - charged),
    windowStart: windowStart.toISOString(),
    windowEnd: windowEnd.toISOString(),
  }
}

/** Pure: for example `AI credits beyond the allowance: 1,250 at $0.40 per 1,000`. */
export function describeLine(
  feature: Pick<FeatureDefinition, 'name'> | undefined,
  { units, from = 0, tariff, plan }: OverageLine,
): string {
  return `${feature?.name ?? plan} beyond the allowance: ${partsText(tariff!, from, from + units)}`
}
