import { defineEntity, p } from '@mikro-orm/postgresql'

/** A checkout as it is counted in its day. */
export const CountedCheckoutSchema = defineEntity({
  name: 'CheckoutTally',
  tableName: 'checkout_tally',
  properties: {
    checkoutId: p.text().primary(),
    accountId: p.text(),
    completed: p.boolean(),
  },
})
