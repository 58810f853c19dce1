import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ownerKey } from '../owner-key.js'
import { TOP_UP_STOPS, type TopUpStop } from './auto-top-up.entity.js'

/**
 * `WAITING`: the month has no top-up left. `CHARGING`: stored before the provider is called. `PENDING`: the payment takes
 * days. `SKIPPED`: not needed any more, or the automatic top-up had stopped or ended.
 */
export const TOP_UP_STATUSES = ['WAITING', 'CHARGING', 'PENDING', 'PAID', 'FAILED', 'SKIPPED'] as const
export type TopUpStatus = (typeof TOP_UP_STATUSES)[number]

/** Statuses of a payment that can still succeed. An account has at most one of them for each feature. */
export const OPEN_TOP_UP_STATUSES: readonly TopUpStatus[] = ['CHARGING', 'PENDING']

/** One purchase of a pack because a balance fell below a level: at most one for each crossing. */
export const TopUpSchema = defineEntity({
  name: 'TopUp',
  tableName: 'top_up',
  properties: {
    /** Also the idempotency key at the provider. */
    id: p.text().primary(),
    accountId: ownerKey,
    autoTopUpId: p.text(),
    /** Number of the crossing that caused it. */
    crossing: p.integer(),
    feature: p.text(),
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>(),
    status: p.text().$type<TopUpStatus>(),
    /** Cause of a failure, known before its charge is canceled. Null otherwise. */
    failureReason: p.text().$type<TopUpStop>().nullable(),
    productId: p.text(),
    packageVersionId: p.text(),
    quantity: p.integer(),
    amountMinor: p.bigint('number'),
    currency: p.text(),
    /** Customer and payment method at the provider. Null before it is charged. */
    customerId: p.text().nullable(),
    methodId: p.text().nullable(),
    /** Payment at the provider. Null until it responded. */
    paymentId: p.text().nullable(),
    /** Invoice at the provider. Null for a charge without taxes, and before it. */
    invoiceId: p.text().nullable(),
    createdAt: p.datetime(),
    /** Business time of the charge. Null before. */
    chargedAt: p.datetime().nullable(),
    completedAt: p.datetime().nullable(),
    /** Machine time of the charge. */
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'top_up_status', expression: `status in ('${TOP_UP_STATUSES.join(`', '`)}')` },
    { name: 'top_up_failure_reason', expression: `failure_reason in ('${TOP_UP_STOPS.join(`', '`)}')` },
    { name: 'top_up_amounts', expression: 'amount_minor > 0 and quantity > 0 and crossing > 0' },
  ],
  uniques: [
    { name: 'top_up_once', properties: ['autoTopUpId', 'crossing', 'accountId'] },
    { name: 'top_up_payment', properties: ['provider', 'paymentId', 'accountId'] },
  ],
  indexes: [
    { name: 'top_up_account', properties: ['accountId', 'createdAt'] },
    {
      name: 'top_up_one_open',
      expression: `create unique index "top_up_one_open" on "top_up" ("account_id", "feature") where status in ('CHARGING', 'PENDING')`,
    },
  ],
})

export type TopUpRow = RowOf<typeof TopUpSchema>
