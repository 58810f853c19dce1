import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** A background job works on batches in `CLOSING` and `REVERTING`. */
export const USAGE_BATCH_STATES = ['OPEN', 'CLOSING', 'CLOSED', 'REVERTING', 'REVERTED'] as const
export type UsageBatchState = (typeof USAGE_BATCH_STATES)[number]

/** Past usage that is recorded and reverted as a whole. */
export const UsageBatchSchema = defineEntity({
  name: 'UsageBatch',
  tableName: 'usage_batch',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    reason: p.text(),
    /** Owner of the idempotency keys of the caller. The services of one account see the batches of their account only. */
    owner: p.text(),
    openedBy: p.text(),
    state: p.text().$type<UsageBatchState>().default('OPEN'),
    createdAt: p.datetime(),
    closedBy: p.text().nullable(),
    /** Business time at which the last line had a result. */
    closedAt: p.datetime().nullable(),
    revertedBy: p.text().nullable(),
    revertReason: p.text().nullable(),
    revertedAt: p.datetime().nullable(),
    /** Error of the last attempt of the job. Null if it succeeded. */
    lastError: p.text().nullable(),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'usage_batch_state', expression: `state in ('${USAGE_BATCH_STATES.join(`', '`)}')` }],
  indexes: [{ name: 'usage_batch_owner', properties: ['owner', 'id'] }],
})

export type UsageBatchRow = RowOf<typeof UsageBatchSchema>
