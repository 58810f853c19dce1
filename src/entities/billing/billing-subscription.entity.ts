import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { PlanVersionSchema } from '../catalog/plan-version.entity.js'
import type { SubscriptionStatus } from './subscription-state.js'
import { ownerKey } from '../owner-key.js'
import { sqlIndex } from '../sql-index.js'

export type PaymentMethodKind = 'CARD' | 'BANK_ACCOUNT' | 'PAYPAL' | 'OTHER'

/** Payment method of a subscription, without anything that could pay. */
export interface StoredPaymentMethod {
  readonly kind: PaymentMethodKind
  /** Display text: `Visa ending in 4242`. */
  readonly label: string
  /** Brand of a card or name of a bank. Null for others. */
  readonly brand: string | null
  readonly last4: string | null
  /** Expiry of a card. Null for others. */
  readonly expMonth: number | null
  readonly expYear: number | null
}

export type DiscountDuration = 'ONCE' | 'REPEATING' | 'FOREVER'

/** A discount of a subscription: a percentage or an amount off. */
export interface StoredDiscount {
  readonly externalId: string
  /** Promotion code that was redeemed. Null for a coupon without a code. */
  readonly code: string | null
  /** Name of the coupon. Null if it has none. */
  readonly name: string | null
  readonly percentOff: number | null
  readonly amountOff: { readonly amountMinor: number; readonly currency: string } | null
  readonly duration: DiscountDuration
  /** End of a repeating discount (business clock, ISO 8601). Null for others. */
  readonly endsAt: string | null
}

/** A pause of payments. Times are ISO 8601 of the business clock, because it is stored as JSON. */
export interface StoredPause {
  readonly since: string
  /** Time at which it ends by itself. Null: not before somebody resumes it. */
  readonly resumesAt: string | null
  /** End of the last paid or free period. From then on the catalog decides about access, until the next payment. */
  readonly paidUntil: string
  /** True if payments continue, and the next one has not come yet. */
  readonly resumed: boolean
}

/** A subscription as last read from the provider. Only a fetch begun later may overwrite it (`fence`). */
export const BillingSubscriptionSchema = defineEntity({
  name: 'BillingSubscription',
  tableName: 'billing_subscription',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>(),
    externalId: p.text(),
    status: p.text().$type<SubscriptionStatus>(),
    planVersionId: () => p.manyToOne(PlanVersionSchema).mapToPk().fieldName('plan_version_id'),
    quantity: p.integer().default(1),
    currentPeriodStart: p.datetime().nullable(),
    currentPeriodEnd: p.datetime().nullable(),
    trialEnd: p.datetime().nullable(),
    cancelAt: p.datetime().nullable(),
    canceledAt: p.datetime().nullable(),
    startedAt: p.datetime(),
    /** End of the grace period in which entitlements stay although an invoice is unpaid. Null if nothing is owed. */
    graceUntil: p.datetime().nullable(),
    /** Time at which the end of the grace period ended the entitlements. Null if it did not. */
    accessEndedAt: p.datetime().nullable(),
    /** Time from which its entitlements are suspended, because the payment of the running period is disputed. Null: they are not. */
    suspendedAt: p.datetime().nullable(),
    /** Pause of its payments. Null if there is none, and after the first payment that follows it. */
    pause: p.json().$type<StoredPause | null>().nullable(),
    /** Null if the provider has none on file. */
    paymentMethod: p.json().$type<StoredPaymentMethod | null>().nullable(),
    /** Days in which its invoices are to be paid. Null: they are charged. */
    daysUntilDue: p.integer().nullable(),
    /** Discounts in the order in which the provider applies them. */
    discounts: p.json().$type<readonly StoredDiscount[]>().defaultRaw(`'[]'`),
    /** Checkout that created it. Null if none of ours did. */
    checkoutId: p.text().nullable(),
    /** Machine time at which the provider first showed an ended subscription as running again. Null if it does not. */
    reopenedSeenAt: p.datetime().nullable(),
    fence: p.bigint('number'),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    {
      name: 'billing_subscription_status',
      expression: `status in ('TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED', 'INCOMPLETE', 'INCOMPLETE_EXPIRED', 'CANCELED')`,
    },
  ],
  uniques: [{ name: 'billing_subscription_external', properties: ['provider', 'externalId', 'accountId'] }],
  indexes: [
    { name: 'billing_subscription_account', properties: ['accountId'] },
    { name: 'billing_subscription_status', properties: ['status', 'accountId'] },
    { name: 'billing_subscription_checkout', properties: ['checkoutId'] },
    sqlIndex(
      'billing_subscription_reopened',
      `on "billing_subscription" ("reopened_seen_at") where reopened_seen_at is not null`,
    ),
  ],
})

export type BillingSubscriptionRow = RowOf<typeof BillingSubscriptionSchema>
