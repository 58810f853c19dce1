import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { UsageBatchSchema } from './usage-batch.entity.js'

/** A time in which the decisions of another engine are compared with those of this server. */
export const UsageComparisonSchema = defineEntity({
  name: 'UsageComparison',
  tableName: 'usage_comparison',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    reason: p.text(),
    startedBy: p.text(),
    startedAt: p.datetime(),
    endedBy: p.text().nullable(),
    endReason: p.text().nullable(),
    endedAt: p.datetime().nullable(),
    /** Batch with the usage that was counted. Null if it was discarded. */
    usageBatchId: () =>
      p
        .manyToOne(UsageBatchSchema)
        .mapToPk()
        .fieldName('usage_batch_id')
        .nullable()
        .updateRule('no action')
        .deleteRule('no action'),
    /** Time of the last event on its progress (machine clock). Null before the first one. */
    progressedAt: p.datetime().nullable(),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    {
      name: 'usage_comparison_end',
      expression: '(ended_at is null) = (ended_by is null) and (ended_at is null) = (end_reason is null)',
    },
  ],
})

export type UsageComparisonRow = RowOf<typeof UsageComparisonSchema>
