import type { OverageLine } from '#entities/billing/usage-report.entity.js'
import type { StoredPause } from '#entities/billing/billing-subscription.entity.js'
import type { FeatureDefinition, QuotaWindow } from '#services/catalog/definition/types.js'
import { planInCurrency, tariffsOf } from '#services/catalog/plans/plan-in-currency.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { tariffOf } from '#services/catalog/tariffs/tariff.js'
import { timeZoneOf } from '#services/entitlements/model/entitlement-sources.js'
import { windowAt } from '#services/entitlements/model/quota-window.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import { isAfter, isBefore } from '#services/kernel/clock/compare-dates.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { INVOICED_WATERMARKS, minimumWatermark } from './overage-watermarks.js'
import type { ProviderName } from '../providers/provider-name.js'

/** Pure: IDs of the plan versions in which use of a feature has a minimum, in any currency. */
export const committedVersions = ({ planByVersionId }: Pick<CatalogSnapshot, 'planByVersionId'>, code: string) =>
  [...planByVersionId].flatMap(([id, plan]) =>
    tariffsOf(grantedOf(plan, code)?.overage).some((tariff) => tariffOf(tariff).minimum) ? [id] : [],
  )

const grantedOf = ({ features }: CatalogPlan, code: string) =>
  features.find(({ feature, enabled }) => enabled && feature.code === code)

/** A subscription at one price with a minimum, and the times for which the account has it. */
export interface CommittedTime {
  readonly plan: string
  readonly tariff: string
  readonly window: QuotaWindow | null
  readonly anchor: Date
  /** End of the trial. Null without one. */
  readonly freeUntil: Date | null
  readonly pause: StoredPause | null
  /** Scheduled end of the subscription. */
  readonly cancelAt: Date | null
  /** Ascending. The end of the last one can be open. */
  readonly ranges: readonly { readonly since: Date; readonly until: Date | null }[]
}

export interface CommittedWindow extends Pick<CommittedTime, 'plan' | 'tariff'> {
  readonly start: Date
  readonly end: Date
  /** True if its minimum is owed. */
  readonly isCommitted: boolean
}

/**
 * Pure: the windows that end after a time, and begin at a time or before. A minimum is owed if the account has the price from the beginning of
 * the window to its end, without a trial or a pause. The end of a window that has not ended is that of the terms of now.
 */
export function committedWindows(
  { plan, tariff, window, anchor, ranges, freeUntil, pause, cancelAt }: CommittedTime,
  { after, at, timeZone }: { readonly after: Date; readonly at: Date; readonly timeZone: string | null },
): CommittedWindow[] {
  const found: CommittedWindow[] = []
  let { start, end } = windowAt(window, anchor, ranges[0]!.since, timeZone)
  for (; !isAfter(start, at); { start, end } = windowAt(window, anchor, end, timeZone)) {
    if (!isAfter(end, after)) continue
    const isFree = freeUntil !== null && isAfter(freeUntil, start)
    const isUnpaid = pause !== null && isBefore(new Date(pause.paidUntil), end)
    const isEnding = isAfter(end, at) && cancelAt !== null && isBefore(cancelAt, end)
    const isCommitted = !isFree && !isUnpaid && !isEnding && covers(ranges, start, end)
    found.push({ plan, tariff, start, end, isCommitted })
  }
  return found
}

function covers(ranges: CommittedTime['ranges'], start: Date, end: Date): boolean {
  let covered = start
  for (const { since, until } of ranges) {
    if (isAfter(since, covered)) continue
    if (until === null) return true
    if (isAfter(until, covered)) covered = until
  }
  return !isBefore(covered, end)
}

export interface MinimumsOf {
  readonly accountId: string
  readonly provider: ProviderName
  readonly feature: FeatureDefinition
  readonly at: Date
  /** Lines of the same invoice, of any feature. */
  readonly lines?: readonly OverageLine[]
}

interface Minimums {
  /** Lines of what windows cost less than their minimum. */
  readonly lines: readonly OverageLine[]
  /** End of the last window that has ended. Null if there is none. */
  readonly endedAt: Date | null
}

async function readMinimums(
  sql: Sql,
  catalog: CatalogSnapshot,
  { accountId, provider, feature, at, lines = [] }: MinimumsOf,
): Promise<Minimums> {
  const times = await committedTimes(sql, catalog, { accountId, provider, feature })
  if (times.length === 0) return { lines: [], endedAt: null }
  const seen = await sql.query
    .selectFrom('usage_watermark')
    .select('version')
    .where('accountId', '=', accountId)
    .where('feature', '=', minimumWatermark(feature.code))
    .executeTakeFirst()
  const timeZone = timeZoneOf((await loadSnapshot(sql, catalog, accountId, at))!, feature)
  const after = new Date(seen?.version ?? 0)
  const windows = times.flatMap((time) => committedWindows(time, { after, at, timeZone }))
  const ends = windows.flatMap(({ end }) => (isAfter(end, at) ? [] : [end.getTime()]))
  const charged = new Map<string, number>()
  for (const { tariff, windowStart, windowEnd, amountMinor } of [
    ...(await linesOf(sql, accountId, feature)),
    ...lines.filter((line) => line.feature === feature.code),
  ]) {
    const key = keyOf(tariff ?? '', windowStart, windowEnd)
    charged.set(key, (charged.get(key) ?? 0) + amountMinor)
  }
  return {
    endedAt: ends.length === 0 ? null : new Date(Math.max(...ends)),
    lines: windows.flatMap(({ plan, tariff, start, end, isCommitted }): OverageLine[] => {
      const { currency, minimum } = tariffOf(tariff)
      const [windowStart, windowEnd] = [start.toISOString(), end.toISOString()]
      const amountMinor = (minimum ?? 0) - (charged.get(keyOf(tariff, windowStart, windowEnd)) ?? 0)
      if (!isCommitted || amountMinor <= 0) return []
      return [{ plan, feature: feature.code, tariff, currency, units: 0, from: 0, amountMinor, windowStart, windowEnd }]
    }),
  }
}

/** Reads the minimums that an account owes beyond its use, of windows that are not charged yet. A window that has not ended is included. */
export const openMinimums = async (
  sql: Sql,
  catalog: CatalogSnapshot,
  of: MinimumsOf,
): Promise<readonly OverageLine[]> => (await readMinimums(sql, catalog, of)).lines

/** Lines of a feature on invoices of an account. */
async function linesOf({ query }: Sql, accountId: string, { code }: FeatureDefinition): Promise<OverageLine[]> {
  const reports = await query
    .selectFrom('usage_report')
    .select('lines')
    .where('accountId', '=', accountId)
    .where('feature', 'in', INVOICED_WATERMARKS)
    .execute()
  return reports.flatMap(({ lines }) => lines!.filter(({ feature }) => feature === code))
}

const keyOf = (tariff: string, windowStart: string, windowEnd: string): string =>
  `${windowStart} ${windowEnd} ${tariff}`

/** Reads the minimums of ended windows that are not charged yet, and notes that they are. The caller holds the account's lock. */
export async function takeMinimums(
  transaction: Transaction,
  catalog: CatalogSnapshot,
  of: Omit<MinimumsOf, 'feature'>,
  features: readonly FeatureDefinition[],
): Promise<OverageLine[]> {
  const taken: OverageLine[] = []
  for (const feature of features) {
    const { lines, endedAt } = await readMinimums(transaction, catalog, { ...of, feature })
    if (endedAt === null) continue
    // This watermark is a time, in milliseconds.
    const version = endedAt.getTime()
    await transaction.query
      .insertInto('usage_watermark')
      .values({ accountId: of.accountId, feature: minimumWatermark(feature.code), version })
      .onConflict((conflict) => conflict.columns(['accountId', 'feature']).doUpdateSet({ version }))
      .execute()
    taken.push(...lines.filter(({ windowEnd }) => Date.parse(windowEnd) <= version))
  }
  return taken
}

async function committedTimes(
  { query }: Sql,
  catalog: CatalogSnapshot,
  { accountId, provider, feature }: Pick<MinimumsOf, 'accountId' | 'provider' | 'feature'>,
): Promise<CommittedTime[]> {
  const versions = committedVersions(catalog, feature.code)
  if (versions.length === 0) return []
  const rows = await query
    .selectFrom('plan_assignment as p')
    .innerJoin('billing_subscription as s', (join) =>
      join.onRef('s.id', '=', 'p.sourceId').onRef('s.accountId', '=', 'p.accountId'),
    )
    .select(['p.planVersionId', 'p.currency', 'p.sourceId', 'p.since', 'p.billingAnchor', 'p.endedAt'])
    .select(['s.trialEnd', 's.pause', 's.cancelAt'])
    .where('p.accountId', '=', accountId)
    .where('p.sourceType', '=', 'subscription')
    .where('p.planVersionId', 'in', versions)
    .where('s.provider', '=', provider)
    .orderBy('p.since')
    .execute()
  const times = rows.flatMap(({ planVersionId, currency, ...row }) => {
    const plan = planInCurrency(catalog.planByVersionId.get(planVersionId)!, currency)
    const { window = null, overage } = grantedOf(plan, feature.code) ?? {}
    return overage ? [{ ...row, plan: plan.code, window, tariff: overage.tariff }] : []
  })
  const bySource = Map.groupBy(times, ({ sourceId, tariff, billingAnchor, since }) =>
    [sourceId, tariff, (billingAnchor ?? since).getTime()].join(' '),
  )
  return [...bySource.values()].map((of): CommittedTime => {
    const [{ plan, tariff, window, since: start, billingAnchor, trialEnd, pause, cancelAt }] = of as [
      (typeof times)[number],
    ]
    return {
      plan,
      tariff,
      window,
      anchor: billingAnchor ?? start,
      freeUntil: trialEnd,
      pause,
      cancelAt,
      ranges: of.map(({ since, endedAt }) => ({ since, until: endedAt })),
    }
  })
}
