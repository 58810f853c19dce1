import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

/**
 * An event for operators: it concerns the installation, or an account that needs an operator. The events have no
 * sequence, which would serialize their writers; `transactionId` orders them (decision 0187). `at` is machine time.
 */
export const OperatorEventSchema = defineEntity({
  name: 'OperatorEvent',
  tableName: 'operator_event',
  properties: {
    id: p.text().primary(),
    transactionId: p.text().columnType('xid8').defaultRaw('pg_current_xact_id()'),
    accountId: p.text().nullable(),
    type: p.text(),
    summary: p.text(),
    subjectType: p.text().nullable(),
    subjectId: p.text().nullable(),
    data: p.json().$type<Record<string, unknown>>(),
    at: p.datetime().defaultRaw('now()'),
  },
  indexes: [
    { name: 'operator_event_transaction', properties: ['transactionId', 'id'] },
    sqlIndex('operator_event_at', 'on "operator_event" using brin ("at") with (pages_per_range = 16)'),
  ],
})

export type OperatorEventRow = RowOf<typeof OperatorEventSchema>
