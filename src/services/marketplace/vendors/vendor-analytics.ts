import type { OpenDateRange } from '#services/kernel/clock/date-range.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireEarningsAccess } from '../model/vendor.js'
import { templateMetrics } from './vendors.sql.js'

/** Metrics of one template of a vendor. */
export interface TemplateMetrics {
  readonly templateId: string
  /** Deployments and sales in the range; views and ratings in total. */
  readonly installs: number
  readonly sales: number
  readonly gross: readonly { readonly currency: string; readonly amountMinor: number }[]
  readonly share: readonly { readonly currency: string; readonly amountMinor: number }[]
}

/** Metrics of each template of a vendor, oldest first. Clawbacks reduce the share. Requires the vendor or an operator. */
export async function vendorAnalytics(
  context: IdentityContext,
  vendorId: string | null,
  { from, to }: OpenDateRange,
  request: PageRequest,
): Promise<Page<TemplateMetrics>> {
  const { id } = await requireEarningsAccess(context, vendorId)
  return readPage<TemplateMetrics>(
    request,
    `metrics ${id}`,
    (row) => [row.templateId],
    (limit, after) =>
      context.database.rows(templateMetrics, { vendorId: id, from, to, after: after?.[0] ?? null, limit }),
  )
}
