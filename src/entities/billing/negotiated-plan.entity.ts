import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { PriceSchema } from '../catalog/price.entity.js'
import { ownerKey } from '../owner-key.js'

/** A plan at a price that an operator offers to one account, with the end of that price. Its dates give the status. */
export const NegotiatedPlanSchema = defineEntity({
  name: 'NegotiatedPlan',
  tableName: 'negotiated_plan',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    /** A price of its own, which is not for sale: amount, currency, interval and product. */
    priceId: () => p.manyToOne(PriceSchema).mapToPk().fieldName('price_id').deleteRule('no action'),
    quantity: p.integer(),
    /** Periods at this price. Null: until `until`. */
    periods: p.integer().nullable(),
    /** Periods that begin from then on have the ordinary price. Null: after `periods`. */
    until: p.datetime().nullable(),
    /** Time until which the account can accept it. */
    acceptUntil: p.datetime(),
    /** Null after the account was deleted. */
    reason: p.text().nullable(),
    offeredBy: p.text(),
    offeredAt: p.datetime(),
    withdrawnAt: p.datetime().nullable(),
    /** The subscription whose line has the price. */
    subscriptionId: p.text().nullable(),
    startedAt: p.datetime().nullable(),
    /** End of the term, known from the start on. */
    endsAt: p.datetime().nullable(),
    /** Time at which the end of the term was announced. */
    notifiedAt: p.datetime().nullable(),
    /** Time from which the line has another price. */
    endedAt: p.datetime().nullable(),
  },
  checks: [
    {
      name: 'negotiated_plan_terms',
      expression: `quantity > 0 and periods > 0 and (periods is null) <> (until is null)`,
    },
    { name: 'negotiated_plan_start', expression: `(started_at is null) = (ends_at is null)` },
  ],
  indexes: [
    { name: 'negotiated_plan_account', properties: ['accountId'] },
    { name: 'negotiated_plan_price', properties: ['priceId'] },
  ],
})

export type NegotiatedPlanRow = RowOf<typeof NegotiatedPlanSchema>
