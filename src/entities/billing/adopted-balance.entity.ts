import { defineEntity, p } from '@mikro-orm/postgresql'
import { ownerKey } from '../owner-key.js'
import { sqlIndex } from '../sql-index.js'

/** Units of a feature that an imported customer has left, or owes if they are below zero. Applied once, after the customer's subscriptions. */
export const AdoptedBalanceSchema = defineEntity({
  name: 'AdoptedBalance',
  tableName: 'adopted_balance',
  properties: {
    accountId: ownerKey,
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>().primary(),
    feature: p.text().primary(),
    amount: p.bigint('number'),
    /** Null until the account has the balance. */
    appliedAt: p.datetime().nullable(),
  },
  indexes: [sqlIndex('adopted_balance_waiting', 'on "adopted_balance" ("account_id") where applied_at is null')],
})
