import { defineEntity, p } from '@mikro-orm/postgresql'
import { ownerKey } from '../owner-key.js'
import { sqlIndex } from '../sql-index.js'

/** An operator's addition to a feature, with a reason and an optional end. */
export const EntitlementOverrideSchema = defineEntity({
  name: 'EntitlementOverride',
  tableName: 'entitlement_override',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    feature: p.text(),
    /** Additional amount. Null for a boolean feature and for `unlimited`. */
    amount: p.bigint('number').nullable(),
    unlimited: p.boolean().default(false),
    reason: p.text(),
    since: p.datetime(),
    /** Time at which it expires. Null if it does not expire. */
    until: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    /** Operator who set the override. */
    setBy: p.text(),
  },
  checks: [{ name: 'entitlement_override_amount', expression: `amount is null or (amount >= 0 and not unlimited)` }],
  indexes: [sqlIndex('entitlement_override_live', 'on "entitlement_override" ("account_id") where ended_at is null')],
})
