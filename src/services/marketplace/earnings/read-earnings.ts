import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { IdentityContext } from '#services/identity/caller.js'
import type { OpenDateRange } from '#services/kernel/clock/date-range.js'
import { requireOperator } from '#services/identity/guard/guard.js'
import { requireEarningsAccess } from '../vendors/vendor-access.js'
import { templateMetricsOf, type TemplateMetrics } from '../vendors/vendor-analytics.js'
import { payoutCsv, statementCsv } from './earnings-csv.js'
import { earningsOf, fullStatement, listPayableBalances, type EarningsTotals } from './vendor-earnings.js'

/** The earnings of a vendor, or of the caller's own vendor. Requires the vendor or an operator. */
export async function readEarnings(
  context: IdentityContext,
  vendorId: string | null,
  range: OpenDateRange,
): Promise<{ vendor: VendorRow; totals: EarningsTotals[] }> {
  const vendor = await requireEarningsAccess(context, vendorId)
  return { vendor, totals: await earningsOf(context.database, vendor.id, range) }
}

/** Metrics per template of a vendor. Requires the vendor or an operator. */
export async function readTemplateMetrics(
  context: IdentityContext,
  vendorId: string | null,
  range: OpenDateRange,
): Promise<TemplateMetrics[]> {
  const { id } = await requireEarningsAccess(context, vendorId)
  return templateMetricsOf(context.database, id, range)
}

/** The statement of a vendor, or of the caller's own vendor, as CSV. Requires the vendor or an operator. */
export async function exportStatement(
  context: IdentityContext,
  vendorId: string | null,
  range: OpenDateRange,
): Promise<string> {
  const { id } = await requireEarningsAccess(context, vendorId)
  return statementCsv(await fullStatement(context.database, id, range))
}

/** Payable balances of all vendors as CSV. Requires an operator. */
export async function exportPayouts(context: IdentityContext): Promise<string> {
  requireOperator(context, 'ops:read')
  return payoutCsv(await listPayableBalances(context.database))
}
