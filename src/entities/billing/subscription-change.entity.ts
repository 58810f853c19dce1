import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { PlanVersionSchema } from '../catalog/plan-version.entity.js'
import { PriceSchema } from '../catalog/price.entity.js'
import type { SubscriptionChangeKind, SubscriptionChangeStatus } from './subscription-change-state.js'
import { ownerKey } from '../owner-key.js'

/** Allowance of one feature in a paid period. */
export interface PeriodAllowance {
  readonly feature: string
  readonly granted: number
  readonly used: number
  /** Part of `used` that was used before the period and counts in it. Default: none. */
  readonly carried?: number
  /** Units that terms grant if they are paid for the whole period. Default: `granted`. */
  readonly whole?: number
}

/** A line of a subscription that costs less from now on, or nothing anymore. Times are ISO 8601, because it is stored as JSON. */
export interface UnusedLine {
  readonly description: string
  readonly quantity: number
  /** Part of the line's full-period price that is forfeited. */
  readonly priceMinor: number
  /** Amounts of the invoice that paid for the line: after discounts and with tax, and before both. */
  readonly paidMinor: number
  readonly listedMinor: number
  readonly periodStart: string
  readonly periodEnd: string
  readonly allowances: readonly PeriodAllowance[]
}

/** Paid time that a change forfeits. */
export interface UnusedTimeOfChange {
  readonly currency: string
  /** A new period begins with the change and is charged in full, after the credit. */
  readonly beginsPeriod: boolean
  readonly lines: readonly UnusedLine[]
}

/**
 * A requested change of a subscription, stored before the provider is called: its ID makes the idempotency key, and a
 * change with an unknown result is repeated with it. A change at the period end is stored here until then and can be
 * canceled.
 */
export const SubscriptionChangeSchema = defineEntity({
  name: 'SubscriptionChange',
  tableName: 'subscription_change',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    subscriptionId: p.text(),
    kind: p.text().$type<SubscriptionChangeKind>(),
    status: p.text().$type<SubscriptionChangeStatus>(),
    /** Now, or when the paid period ends. */
    at: p.text().$type<'NOW' | 'PERIOD_END'>(),
    /** The terms before, kept until the change takes effect. Null for an add-on, a cancellation and its undoing. */
    fromPlanVersionId: () =>
      p.manyToOne(PlanVersionSchema).mapToPk().fieldName('from_plan_version_id').nullable().deleteRule('no action'),
    fromPriceId: () => p.manyToOne(PriceSchema).mapToPk().fieldName('from_price_id').nullable().deleteRule('no action'),
    fromQuantity: p.integer().nullable(),
    toPlanVersionId: () =>
      p.manyToOne(PlanVersionSchema).mapToPk().fieldName('to_plan_version_id').nullable().deleteRule('no action'),
    /** The price of the plan, or of the add-on. */
    toPriceId: () => p.manyToOne(PriceSchema).mapToPk().fieldName('to_price_id').nullable().deleteRule('no action'),
    /** 0 removes an add-on. */
    toQuantity: p.integer().nullable(),
    /** Reference time of the proration (business clock): the time of the request. */
    asOf: p.datetime(),
    effectiveAt: p.datetime(),
    /** False while the change is recorded here only: a due row schedules it at the provider. */
    pushedToProvider: p.boolean().default(true),
    /** End of the running trial after this change, which is the change of a `TRIAL`. Null if the change ends the trial, or without a trial. */
    trialUntil: p.datetime().nullable(),
    /** End of the pause that the change of a `PAUSE` begins. Null for others. */
    resumesAt: p.datetime().nullable(),
    /** Promotion code that the change redeems, and the provider's ID of it. Null without one. */
    promotionCode: p.text().nullable(),
    promotionId: p.text().nullable(),
    /** Page where the buyer confirms the payment, if the bank requires it. */
    actionUrl: p.text().nullable(),
    /** Reason given by the caller. */
    reason: p.text().nullable(),
    /** Why it failed. */
    failureReason: p.text().nullable(),
    /** Paid time that the change forfeits, as decided. Null if the policy for unused time does not apply. */
    unusedTime: p.json().$type<UnusedTimeOfChange | null>().nullable(),
    /** Credit (or refund) for that time; null until it is booked. */
    creditedMinor: p.bigint('number').nullable(),
    /** Attempts at the provider that failed without a result. The next one uses its own idempotency key. */
    attempt: p.integer().default(0),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    {
      name: 'subscription_change_status',
      expression: `status in ('REQUESTED', 'REQUIRES_CONFIRMATION', 'SCHEDULED', 'APPLIED', 'FAILED', 'CANCELED', 'SUPERSEDED')`,
    },
    { name: 'subscription_change_kind', expression: `kind in ('PLAN', 'ADDON', 'CANCEL', 'PAUSE', 'RESUME', 'TRIAL')` },
  ],
  indexes: [
    { name: 'subscription_change_subscription', properties: ['subscriptionId'] },
    {
      name: 'subscription_change_one_open',
      expression: `create unique index "subscription_change_one_open" on "subscription_change" ("subscription_id", "account_id") where status in ('REQUESTED', 'REQUIRES_CONFIRMATION')`,
    },
    {
      name: 'subscription_change_one_scheduled',
      expression: `create unique index "subscription_change_one_scheduled" on "subscription_change" ("subscription_id", "account_id") where status = 'SCHEDULED'`,
    },
  ],
})

export type SubscriptionChangeRow = RowOf<typeof SubscriptionChangeSchema>
