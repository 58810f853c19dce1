import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ownerKey } from '../owner-key.js'
import { UsageBatchSchema } from './usage-batch.entity.js'

export const USAGE_BATCH_LINE_STATES = [
  'PENDING',
  'APPLIED',
  'DENIED',
  'DISCARDED',
  'REVERTED',
  'NOT_REVERTED',
] as const
export type UsageBatchLineState = (typeof USAGE_BATCH_LINE_STATES)[number]

/** Work of a line that a rate card prices. */
interface LineWork {
  readonly quantities: readonly { readonly name: string; readonly amount: number }[]
  readonly dimensions: readonly { readonly name: string; readonly value: string }[]
}

/** One use of a batch. Its ID is the idempotency key of its consumption. */
export const UsageBatchLineSchema = defineEntity({
  name: 'UsageBatchLine',
  tableName: 'usage_batch_line',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    batchId: () => p.manyToOne(UsageBatchSchema).mapToPk().fieldName('batch_id'),
    /** Key of the caller, unique for the account in the batch. */
    key: p.text(),
    /** Input of the line: the same key with other input is an error. */
    request: p.text(),
    feature: p.text(),
    /** Null for work. */
    amount: p.bigint('number').nullable(),
    work: p.json<LineWork>().nullable(),
    /** Properties of the use. Null without any. */
    properties: p.json<LineWork['dimensions']>().nullable(),
    /** Member who used the units. */
    userId: p.text().nullable(),
    /** Null: the time at which the line is applied. */
    usedAt: p.datetime().nullable(),
    state: p.text().$type<UsageBatchLineState>().default('PENDING'),
    consumptionId: p.text().nullable(),
    /** Units that were consumed. */
    units: p.bigint('number').nullable(),
    /** Units that the reversal returned, and those of them that cannot be used. */
    returned: p.bigint('number').nullable(),
    lost: p.bigint('number').nullable(),
    /** Reason why the line was not applied, or why it was not reverted. */
    denialCode: p.text().nullable(),
    denialMessage: p.text().nullable(),
    /** Business time of the result, and of the reversal. */
    processedAt: p.datetime().nullable(),
    revertedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'usage_batch_line_state', expression: `state in ('${USAGE_BATCH_LINE_STATES.join(`', '`)}')` },
    { name: 'usage_batch_line_amount', expression: '(amount is null) <> (work is null)' },
    {
      name: 'usage_batch_line_consumption',
      expression: `(consumption_id is not null) = (state in ('APPLIED', 'REVERTED', 'NOT_REVERTED'))`,
    },
  ],
  uniques: [{ name: 'usage_batch_line_key', properties: ['batchId', 'accountId', 'key'] }],
  indexes: [
    { name: 'usage_batch_line_state', properties: ['batchId', 'state', 'id'] },
    { name: 'usage_batch_line_account', properties: ['accountId'] },
  ],
})

export type UsageBatchLineRow = RowOf<typeof UsageBatchLineSchema>
