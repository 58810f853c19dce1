import { defineEntity, p } from '@mikro-orm/postgresql'
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
    attempts: p.integer().default(0),
    lastError: p.text().nullable(),
    /** Machine time before which a failed one is not tried again. */
    availableAt: p.datetime().defaultRaw('now()'),
    leaseToken: p.text().nullable(),
    leaseUntil: p.datetime().nullable(),
  },
  uniques: [{ name: 'scheduled_job_once', properties: ['kind', 'key'] }],
  indexes: [{ name: 'scheduled_job_run_at', properties: ['runAt'] }],
})

export type ScheduledJobRow = RowOf<typeof ScheduledJobSchema>
