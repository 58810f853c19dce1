import { defineEntity, p } from '@mikro-orm/postgresql'
import { leaseColumns } from '../lease-columns.js'
import type { RowOf } from '../row.js'

/** Something that falls due by the business clock, as a row with a due time; found by scanning. One per kind and key. */
export const ScheduledJobSchema = defineEntity({
  name: 'ScheduledJob',
  tableName: 'scheduled_job',
  properties: {
    id: p.text().primary(),
    kind: p.text(),
    key: p.text(),
    accountId: p.text().nullable(),
    runAt: p.datetime(),
    lastError: p.text().nullable(),
    ...leaseColumns(),
  },
  uniques: [{ name: 'scheduled_job_once', properties: ['kind', 'key'] }],
  indexes: [{ name: 'scheduled_job_run_at', properties: ['runAt'] }],
})

export type ScheduledJobRow = RowOf<typeof ScheduledJobSchema>
