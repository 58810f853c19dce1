import { defineEntity, p } from '@mikro-orm/postgresql'

/** Counted state of a checkout in its day. */
export const CountedCheckoutSchema = defineEntity({
  name: 'CountedCheckout',
  tableName: 'counted_checkout',
  properties: {
    checkoutId: p.text().primary(),
    accountId: p.text().primary(),
    completed: p.boolean(),
  },
})
