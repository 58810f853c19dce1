import { chargedText, toMinimumText } from '#services/catalog/tariffs/describe-tariff.js'
import { costOf } from '#services/catalog/tariffs/price-units.js'
import { allPages, forEachSeparately } from '#services/kernel/event-loop/for-each-separately.js'
import { ENDED_WINDOWS, type OverageLine } from '#entities/billing/usage-report.entity.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { BillingContext } from './billing-context.js'
import type { ProviderName } from '../providers/provider-name.js'
import { committedVersions, takeMinimums } from './minimums.js'
import { accountsWithOverage, openOverage, type OpenOverageRow } from './overage-invoices.sql.js'

/** Name of what lines charge, for a mail or a line: of their feature or, without one feature, of use. */
export function nameOfCharged(
  features: ReadonlyMap<string, Pick<FeatureDefinition, 'name'>>,
  lines: readonly OverageLine[] | null,
): string {
  const [code, ...others] = new Set((lines ?? []).flatMap(({ feature }) => feature ?? []))
  return code === undefined || others.length > 0 ? 'Use' : (features.get(code)?.name ?? code)
}

/** Later than the end of every window. */
export const ALWAYS = new Date('9999-12-31T00:00:00Z')

const ACCOUNTS_AT_ONCE = 500

/**
 * Collects the cost of overage whose windows have ended, and what is missing to their minimums: one report for each account, which is sent as an
 * invoice. Units that are committed after the end of their window are collected by a later run.
 */
export async function collectOverage(context: BillingContext, provider: ProviderName): Promise<void> {
  const catalog = context.catalog.current()
  const features = invoicedFeatures(catalog)
  const committed = features.flatMap((feature) =>
    committedVersions(catalog, feature).map((version) => ({ feature, version })),
  )
  const now = context.clock.now()
  const found = allPages<{ accountId: string }>(ACCOUNTS_AT_ONCE, (last) =>
    context.database.rows(accountsWithOverage, {
      provider,
      features,
      committedFeatures: committed.map(({ feature }) => feature),
      committedVersions: committed.map(({ version }) => version),
      now,
      after: last?.accountId ?? '',
      limit: ACCOUNTS_AT_ONCE,
    }),
  )
  await forEachSeparately(found, ({ accountId }) => collectOverageOf(context, provider, accountId))
}

/** Codes of the features whose overage has no meter. The catalog can have stopped to sell the plans that charge it. */
export const invoicedFeatures = ({ features, hasOverage }: CatalogSnapshot): string[] =>
  hasOverage
    ? [...features.values()].flatMap(({ code, kind, overageMeter }) =>
        kind === 'QUOTA' && overageMeter === null ? [code] : [],
      )
    : []

/** Collects the cost of overage of one account. */
export const collectOverageOf = (context: BillingContext, provider: ProviderName, accountId: string): Promise<void> =>
  context.database.transaction((transaction) =>
    collectOfAccount(transaction, context.catalog.current(), { accountId, provider, now: context.clock.now() }),
  )

interface Collected {
  readonly accountId: string
  readonly provider: ProviderName
  readonly now: Date
}

/** Marks the units as invoiced and writes the report in one step; of two concurrent runs, one does. */
export async function collectOfAccount(
  transaction: Transaction,
  catalog: CatalogSnapshot,
  { accountId, provider, now }: Collected,
): Promise<void> {
  const features = invoicedFeatures(catalog)
  if (features.length === 0) return
  const accountVersion = await lockAccount(transaction, accountId)
  const ended = await transaction.rows(openOverage, { accountId, feature: null, endedBy: now })
  const rows = ended.filter(({ feature }) => features.includes(feature))
  const definitions = features.map((code) => catalog.features.get(code)!)
  const of = { accountId, provider, at: now, lines: rows.map(lineOf) }
  const minimums = await takeMinimums(transaction, catalog, of, definitions)
  let fromVersion = await lastReported(transaction, accountId, ENDED_WINDOWS)
  // An invoice has one currency and one subscription. Subscriptions that follow each other can have different currencies.
  const invoiceOf = ({ currency, plan }: Pick<OverageLine, 'currency' | 'plan'>): string =>
    `${currency} ${catalog.planByCode.get(plan)?.group}`
  const invoices = new Set([...rows, ...minimums].map(invoiceOf))
  for (const invoice of invoices) {
    const charged = rows.filter((row) => invoiceOf(row) === invoice)
    const missing = minimums.filter((line) => invoiceOf(line) === invoice)
    const ends = [...charged.map(lineOf), ...missing].map(({ windowEnd }) => Date.parse(windowEnd))
    // A minimum is owed without a change of the account.
    const toVersion = Math.max(accountVersion, fromVersion + 1)
    const report = {
      accountId,
      provider,
      watermark: ENDED_WINDOWS,
      fromVersion,
      toVersion,
      at: new Date(Math.max(...ends)),
    }
    await writeOverageReport(transaction, report, charged, missing)
    fromVersion = toVersion
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
  features: ReadonlyMap<string, Pick<FeatureDefinition, 'name'>>,
  line: OverageLine,
): string {
  const { units, from = 0, tariff, amountMinor, currency } = line
  const parts =
    units === 0 ? toMinimumText({ amountMinor, currency }) : chargedText(tariff!, { from, units, amountMinor })
  return `${nameOfCharged(features, [line])} beyond the allowance: ${parts}`
}
