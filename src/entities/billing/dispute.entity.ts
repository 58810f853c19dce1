import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** `OPEN` suspends the purchase, `LOST` reverses it, `WON` restores it. `WON` also covers a closed inquiry. */
export type DisputeStatus = 'OPEN' | 'WON' | 'LOST'

/** A dispute of a payment by the buyer's bank. */
export const DisputeSchema = defineEntity({
  name: 'Dispute',
  tableName: 'dispute',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    purchaseId: p.text(),
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>(),
    externalId: p.text(),
    status: p.text().$type<DisputeStatus>(),
    amountMinor: p.bigint('number'),
    currency: p.text(),
    openedAt: p.datetime(),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'dispute_status', expression: `status in ('OPEN', 'WON', 'LOST')` }],
  uniques: [{ name: 'dispute_external', properties: ['provider', 'externalId', 'accountId'] }],
  indexes: [{ name: 'dispute_purchase', properties: ['purchaseId'] }],
})

export type DisputeRow = RowOf<typeof DisputeSchema>
