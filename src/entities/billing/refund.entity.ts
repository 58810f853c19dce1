import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** `CREATING` is an operator's intent before the provider has answered. */
export type RefundStatus = 'CREATING' | 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED'

/** Statuses in which the money is gone or on its way. */
export const STANDING_REFUND_STATUSES: readonly RefundStatus[] = ['CREATING', 'PENDING', 'SUCCEEDED']

/** A refund of a purchase, by an operator here or in the provider's dashboard. */
export const RefundSchema = defineEntity({
  name: 'Refund',
  tableName: 'refund',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    purchaseId: p.text(),
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>(),
    /** Null until the provider has answered. */
    externalId: p.text().nullable(),
    status: p.text().$type<RefundStatus>(),
    amountMinor: p.bigint('number'),
    currency: p.text(),
    reason: p.text().nullable(),
    /** User who requested it here. Null if requested at the provider. */
    requestedBy: p.text().nullable(),
    createdAt: p.datetime(),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'refund_status', expression: `status in ('CREATING', 'PENDING', 'SUCCEEDED', 'FAILED', 'CANCELED')` },
    { name: 'refund_amount', expression: 'amount_minor > 0' },
  ],
  uniques: [{ name: 'refund_external', properties: ['provider', 'externalId', 'accountId'] }],
  indexes: [{ name: 'refund_purchase', properties: ['purchaseId'] }],
})

export type RefundRow = RowOf<typeof RefundSchema>
