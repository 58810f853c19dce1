import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ownerKey } from '../owner-key.js'

/**
 * The last event of a subscription at the seller's own payment provider: what the account holds by it. An earlier event that arrives
 * later changes nothing.
 */
export const ExternalPlanSchema = defineEntity({
  name: 'ExternalPlan',
  tableName: 'external_plan',
  properties: {
    accountId: ownerKey,
    /** The seller's ID of the subscription. */
    source: p.text().primary(),
    /** Idempotency key of the call: the ID of the event at the seller's provider. */
    eventId: p.text(),
    /** Time of the event at the seller's provider. */
    eventAt: p.datetime(),
    /** Code of the plan. Null: the event ended it. */
    plan: p.text().nullable(),
    /** Null if the plan was ended. */
    quantity: p.integer().nullable(),
    /** Start of the paid period. Null if it is unknown. */
    periodStart: p.datetime().nullable(),
    /** End of the paid period. Null: it has none. */
    periodEnd: p.datetime().nullable(),
  },
})

export type ExternalPlanRow = RowOf<typeof ExternalPlanSchema>
