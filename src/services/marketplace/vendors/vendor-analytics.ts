import type { Sql } from '#services/kernel/database/sql.js'
import type { OpenDateRange } from '#services/kernel/clock/date-range.js'
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

/** Metrics of each template of a vendor, oldest first. Clawbacks reduce the share. */
export const templateMetricsOf = (
  database: Sql,
  vendorId: string,
  { from, to }: OpenDateRange,
): Promise<TemplateMetrics[]> => database.rows(templateMetrics, { vendorId, from, to })
