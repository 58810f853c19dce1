import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { PlanVersionSchema } from '../catalog/plan-version.entity.js'
import { PriceSchema } from '../catalog/price.entity.js'
import { AccountSchema } from '../identity/account.entity.js'
import { BillingSubscriptionSchema } from './billing-subscription.entity.js'
import type { SubscriptionChangeKind, SubscriptionChangeStatus } from './subscription-change-state.js'

/**
 * What was asked of a subscription, written down before the provider is asked: its id makes the idempotency key, and what a crash left
 * unknown is asked again by it. A change planned for the period's end stays here until then, and can be undone.
 */
export const SubscriptionChangeSchema = defineEntity({
  name: 'SubscriptionChange',
  tableName: 'subscription_change',
  properties: {
    id: p.text().primary(),
    accountId: () => p.manyToOne(AccountSchema).mapToPk().fieldName('account_id'),
    subscriptionId: () => p.manyToOne(BillingSubscriptionSchema).mapToPk().fieldName('subscription_id'),
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
    /** Of an add-on 0: it is taken away. */
    toQuantity: p.integer().nullable(),
    /** The moment that proration counts from (business clock): when the change was asked for. */
    asOf: p.datetime(),
    effectiveAt: p.datetime(),
    /**
     * False while it is only planned here: another interval would be billed at once, so the provider is told shortly before the
     * paid period ends.
     */
    told: p.boolean().default(true),
    /** Until when the running trial goes on after this change; null: the change ends it, or there is no trial. */
    trialUntil: p.datetime().nullable(),
    /** Where the buyer confirms the payment, when the bank asks for it. */
    actionUrl: p.text().nullable(),
    /** What the caller said about it. */
    reason: p.text().nullable(),
    /** Why it failed. */
    why: p.text().nullable(),
    /** Attempts at the provider that failed without a result. The next one uses its own idempotency key. */
    attempt: p.integer().default(0),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    {
      name: 'subscription_change_status',
      expression: `status in ('REQUESTED', 'CONFIRMING', 'PLANNED', 'DONE', 'FAILED', 'UNDONE', 'SUPERSEDED')`,
    },
    { name: 'subscription_change_kind', expression: `kind in ('PLAN', 'ADDON', 'CANCEL', 'RESUME')` },
  ],
  indexes: [
    { name: 'subscription_change_subscription', properties: ['subscriptionId'] },
    {
      name: 'subscription_change_one_open',
      expression: `create unique index "subscription_change_one_open" on "subscription_change" ("subscription_id") where status in ('REQUESTED', 'CONFIRMING')`,
    },
    {
      name: 'subscription_change_one_planned',
      expression: `create unique index "subscription_change_one_planned" on "subscription_change" ("subscription_id") where status = 'PLANNED'`,
    },
  ],
})

export type SubscriptionChangeRow = RowOf<typeof SubscriptionChangeSchema>
