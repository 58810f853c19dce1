import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** The signed report of the comparisons of one day (machine clock, UTC). */
export const ReconciliationReportSchema = defineEntity({
  name: 'ReconciliationReport',
  tableName: 'reconciliation_report',
  properties: {
    /** For example `2026-11-24`. */
    day: p.text().primary(),
    /** The signed text: canonical JSON. */
    content: p.text(),
    keyId: p.text(),
    signature: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
})

export type ReconciliationReportRow = RowOf<typeof ReconciliationReportSchema>
