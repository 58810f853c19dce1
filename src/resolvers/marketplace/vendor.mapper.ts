import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type {
  EarningsEntry,
  MonthlyEarnings,
  TemplateMetrics,
  TemplateMetricsConnection,
  VendorEarnings,
  VendorPayout,
} from '#schema/marketplace/vendor-earnings.type.js'
import type { OpenDateRange } from '#services/kernel/clock/date-range.js'
import type { EarningsTotals, MonthlyTotals, StatementLine } from '#services/marketplace/earnings/vendor-earnings.js'
import { toMoney } from '../kernel/price.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import type { Page } from '#services/kernel/paging/page.js'
import type { TemplateMetrics as Metrics } from '#services/marketplace/vendors/vendor-analytics.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toTemplate, toVendor } from './template.mapper.js'

/** Earnings, one amount per currency with changes. */
export function toEarnings(vendor: VendorRow, span: OpenDateRange, earned: readonly EarningsTotals[]): VendorEarnings {
  const amounts = (pick: (one: EarningsTotals) => number) =>
    earned.map((one) => toMoney({ amountMinor: pick(one), currency: one.currency }))
  return {
    vendor: toVendor(vendor),
    gross: amounts(({ grossMinor }) => grossMinor),
    share: amounts(({ shareMinor }) => shareMinor),
    clawedBack: amounts(({ clawedBackMinor }) => clawedBackMinor),
    paidOut: amounts(({ paidOutMinor }) => paidOutMinor),
    payable: amounts(({ payableMinor }) => payableMinor),
    vendorId: vendor.id,
    span,
  }
}

export const toEntry = (line: StatementLine): EarningsEntry => ({
  __typename: 'EarningsEntry',
  id: line.id,
  at: line.at,
  kind: line.kind,
  gross: line.kind === 'SALE' ? toMoney({ amountMinor: line.grossMinor, currency: line.currency }) : null,
  money: toMoney({ amountMinor: line.amountMinor, currency: line.currency }),
  shareBasisPoints: line.shareBasisPoints,
  templateName: line.templateName,
  templateId: line.templateId,
  payoutId: line.payoutId,
})

export const toPayout = (row: VendorPayoutRow): VendorPayout => ({
  __typename: 'VendorPayout',
  id: row.id,
  method: row.method,
  status: row.status,
  money: toMoney({ amountMinor: row.amountMinor, currency: row.currency }),
  reference: row.reference,
  failureReason: row.failureReason,
  createdAt: row.createdAt,
  completedAt: row.completedAt,
  vendorId: row.vendorId,
})

/** Months from the first to the last with entries; months between them without entries have no amounts. */
export function toMonths(totals: readonly MonthlyTotals[]): MonthlyEarnings[] {
  const [first, last] = [totals[0], totals.at(-1)]
  if (!first || !last) return []
  const byMonth = Map.groupBy(totals, ({ month }) => month.getTime())
  const months: MonthlyEarnings[] = []
  for (let month = first.month; month <= last.month; month = monthAfter(month)) {
    const rows = byMonth.get(month.getTime()) ?? []
    const amounts = (pick: (one: MonthlyTotals) => number) =>
      rows.map((one) => toMoney({ amountMinor: pick(one), currency: one.currency }))
    months.push({
      month,
      gross: amounts(({ grossMinor }) => grossMinor),
      share: amounts(({ shareMinor }) => shareMinor),
      clawedBack: amounts(({ clawedBackMinor }) => clawedBackMinor),
      paidOut: amounts(({ paidOutMinor }) => paidOutMinor),
    })
  }
  return months
}

const monthAfter = (month: Date): Date => new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1))

/** A page of metrics. Its templates are loaded together. */
export async function toMetrics(context: RequestContext, page: Page<Metrics>): Promise<TemplateMetricsConnection> {
  const nodes = await Promise.all(
    page.items.map(async ({ templateId, installs, sales, gross, share }): Promise<TemplateMetrics> => ({
      template: await toTemplate(context, (await context.loaders.template.load(templateId))!),
      installs,
      sales,
      gross: gross.map(toMoney),
      share: share.map(toMoney),
    })),
  )
  return toConnection(page, nodes)
}
