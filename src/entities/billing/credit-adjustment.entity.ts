import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ownerKey } from '../owner-key.js'

/**
 * A change of an account's credit balance at the provider, stored before the provider is called. Its ID makes the
 * idempotency key. It ensures that refund and credit together never exceed the payment.
 */
export const CreditAdjustmentSchema = defineEntity({
  name: 'CreditAdjustment',
  tableName: 'credit_adjustment',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>(),
    /** Key of the cause; one adjustment for each cause. */
    cause: p.text(),
    /** Above zero: revoked credit. Below zero: granted credit. */
    amountMinor: p.bigint('number'),
    currency: p.text(),
    reason: p.text(),
    status: p.text().$type<'CREATING' | 'DONE'>().default('CREATING'),
    /** Amount that was adjusted at the provider: spent credit cannot be revoked. */
    doneMinor: p.bigint('number').default(0),
    /** The purchase whose credit changes; null for credit that no purchase covers. */
    purchaseId: p.text().nullable(),
    createdAt: p.datetime(),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'credit_adjustment_status', expression: `status in ('CREATING', 'DONE')` }],
  uniques: [{ name: 'credit_adjustment_cause', properties: ['provider', 'cause', 'accountId'] }],
  indexes: [{ name: 'credit_adjustment_account', properties: ['accountId'] }],
})

export type CreditAdjustmentRow = RowOf<typeof CreditAdjustmentSchema>
