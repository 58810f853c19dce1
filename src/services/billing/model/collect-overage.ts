import { partsText, toMinimumText } from '#services/catalog/tariffs/describe-tariff.js'
import { costOf } from '#services/catalog/tariffs/price-units.js'
import { allPages, forEachSeparately } from '#services/kernel/event-loop/for-each-separately.js'
import type { OverageLine } from '#entities/billing/usage-report.entity.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { BillingContext } from './billing-context.js'
import type { ProviderName } from './port.js'
import { committedVersions, takeMinimums } from './minimums.js'
import { accountsWithOverage, openOverage, type OpenOverageRow } from './overage-invoices.sql.js'
import { featureOfWatermark, minimumWatermark, overageWatermark, THRESHOLD_WATERMARK } from './overage-watermarks.js'

/** Name of what a report charges, for a mail or a line: of the feature, or of use of several features. */
export function nameOfCharged(
  features: ReadonlyMap<string, Pick<FeatureDefinition, 'name'>>,
  { feature, lines }: { readonly feature: string; readonly lines?: readonly OverageLine[] | null },
): string {
  const named = new Set((lines ?? []).map((line) => line.feature ?? featureOfWatermark(feature)))
  if (named.size > 1) return 'Use'
  const [code = featureOfWatermark(feature)] = named
  return features.get(code)?.name ?? code
}

/** Later than the end of every window. */
export const ALWAYS = new Date('9999-12-31T00:00:00Z')

const ACCOUNTS_AT_ONCE = 500

/**
 * Collects the cost of overage whose window has ended, and what is missing to its minimum: one report for each account, which is sent as an
 * invoice. Units that are committed after the end of their window are collected by a later run.
 */
export async function collectOverage(context: BillingContext, provider: ProviderName, feature: string): Promise<void> {
  const watermark = overageWatermark(feature)
  const now = context.clock.now()
  const committed = committedVersions(context.catalog.current(), feature)
  const found = allPages<{ accountId: string }>(ACCOUNTS_AT_ONCE, (last) =>
    context.database.rows(accountsWithOverage, {
      provider,
      feature,
      watermark,
      committed,
      minimumWatermark: minimumWatermark(feature),
      now,
      after: last?.accountId ?? '',
      limit: ACCOUNTS_AT_ONCE,
    }),
  )
  await forEachSeparately(found, ({ accountId }) => collectOverageOf(context, provider, feature, accountId))
}

/** Codes of the features whose overage has no meter. The catalog can have stopped to sell the plans that charge it. */
export const invoicedFeatures = ({ features, hasOverage }: CatalogSnapshot): string[] =>
  hasOverage
    ? [...features.values()].flatMap(({ code, kind, overageMeter }) =>
        kind === 'QUOTA' && overageMeter === null ? [code] : [],
      )
    : []

/** Collects the cost of overage of one account. */
export const collectOverageOf = (
  context: BillingContext,
  provider: ProviderName,
  feature: string,
  accountId: string,
): Promise<void> =>
  context.database.transaction((transaction) =>
    collectOfAccount(transaction, context.catalog.current(), {
      accountId,
      provider,
      feature,
      now: context.clock.now(),
    }),
  )

interface Collected {
  readonly accountId: string
  readonly provider: ProviderName
  readonly feature: string
  readonly now: Date
}

/** Marks the units as invoiced and writes the report in one step; of two concurrent runs, one does. */
export async function collectOfAccount(
  transaction: Transaction,
  catalog: CatalogSnapshot,
  { accountId, provider, feature, now }: Collected,
): Promise<void> {
  const toVersion = await lockAccount(transaction, accountId)
  const watermark = overageWatermark(feature)
  const rows = await transaction.rows(openOverage, { accountId, feature, endedBy: now })
  const definition = catalog.features.get(feature)
  const minimums = definition
    ? await takeMinimums(transaction, catalog, {
        accountId,
        provider,
        feature: definition,
        at: now,
        lines: rows.map(lineOf),
      })
    : []
  if (rows.length + minimums.length === 0) return
  // Notes of uses that a threshold has invoiced are on that invoice.
  let fromVersion = Math.max(
    await lastReported(transaction, accountId, watermark),
    await lastReported(transaction, accountId, THRESHOLD_WATERMARK),
  )
  // An invoice has one currency, and subscriptions that follow each other can have different ones.
  const currencies = new Set([...rows, ...minimums].map((of) => of.currency))
  for (const currency of currencies) {
    const ofCurrency = rows.filter((row) => row.currency === currency)
    const missing = minimums.filter((line) => line.currency === currency)
    const ends = [...ofCurrency.map(lineOf), ...missing].map(({ windowEnd }) => Date.parse(windowEnd))
    // A minimum is owed without a change of the account.
    const version = Math.max(toVersion, fromVersion + 1)
    const report = { accountId, provider, watermark, fromVersion, toVersion: version, at: new Date(Math.max(...ends)) }
    await writeOverageReport(transaction, report, ofCurrency, missing)
    fromVersion = version
  }
}

/** Version up to which reports of a watermark cover the ledger of an account. */
export async function lastReported({ query }: Transaction, accountId: string, watermark: string): Promise<number> {
  const { toVersion } = await query
    .selectFrom('usage_report')
    .select(({ fn }) => fn.max<number | null>('toVersion').as('toVersion'))
    .where('accountId', '=', accountId)
    .where('feature', '=', watermark)
    .executeTakeFirstOrThrow()
  return toVersion ?? 0
}

interface OverageReport {
  readonly accountId: string
  readonly provider: ProviderName
  readonly watermark: string
  readonly fromVersion: number
  readonly toVersion: number
  readonly at: Date
}

/**
 * Marks units as invoiced and writes the report of their cost. Returns the cost in the smallest unit of the currency; 0 if there is nothing to
 * report. The caller holds the account's lock.
 */
export async function writeOverageReport(
  transaction: Transaction,
  { watermark, ...report }: OverageReport,
  rows: readonly OpenOverageRow[],
  minimums: readonly OverageLine[] = [],
): Promise<number> {
  for (const { feature, windowStart, windowEnd, tariff, used } of rows)
    await transaction.query
      .updateTable('overage_usage')
      .set({ invoiced: used })
      .where('accountId', '=', report.accountId)
      .where('windowEnd', '=', windowEnd)
      .where('feature', '=', feature)
      .where('windowStart', '=', windowStart)
      .where('tariff', '=', tariff)
      .execute()
  const lines = [...rows.map(lineOf).filter(({ amountMinor }) => amountMinor > 0), ...minimums]
  if (lines.length === 0) return 0
  const amount = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  await transaction.query
    .insertInto('usage_report')
    .values({ ...report, id: transaction.newId('usg'), feature: watermark, meter: '', amount, lines: jsonb(lines) })
    .execute()
  return amount
}

/**
 * Pure: the rounded cost of all units of the window less the earlier lines. Late units that make all units cheaper, as volume prices do, return
 * nothing.
 */
export function lineOf({ used, invoiced, charged, windowStart, windowEnd, ...terms }: OpenOverageRow): OverageLine {
  return {
    ...terms,
    units: used - invoiced,
    from: invoiced,
    amountMinor: Math.max(0, costOf(terms.tariff, used) - charged),
    windowStart: windowStart.toISOString(),
    windowEnd: windowEnd.toISOString(),
  }
}

/** Pure: for example `AI credits beyond the allowance: 1,250 at $0.40 per 1,000`, or `$50.00 up to the minimum` without units. */
export function describeLine(
  feature: Pick<FeatureDefinition, 'name'> | undefined,
  { units, from = 0, tariff, plan, amountMinor, currency }: OverageLine,
): string {
  const parts = units === 0 ? toMinimumText({ amountMinor, currency }) : partsText(tariff!, from, from + units)
  return `${feature?.name ?? plan} beyond the allowance: ${parts}`
}
