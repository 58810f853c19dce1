import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import { OPEN_CHANGE_STATUSES } from '#entities/billing/subscription-change-state.js'
import type { NegotiatedPlanRow } from '#entities/billing/negotiated-plan.entity.js'
import type { SubscriptionItemRow } from '#entities/billing/subscription-item.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type {
  CatalogPackage,
  CatalogPlan,
  CatalogPrice,
  CatalogSnapshot,
} from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { providerOf, type BillingContext } from './billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import type { SaleHold } from '#services/entitlements/sale/sale-hold.js'
import { currentHold, isPeriodVoided } from '../sales/payment-state.js'
import { currentNegotiatedPlans } from './negotiated-plans.js'
import { ownPlans } from './own-plans.js'
import { triedPlans } from './tried-plans.js'
import { openChanges } from '../book/our-subscription.js'

/** A running subscription as a change finds it. */
export interface SubscriptionState {
  /** Its provider. Throws if it is not configured any more. */
  readonly port: PaymentPort
  readonly subscription: BillingSubscriptionRow
  /** Milliseconds since 1970 by the process's own clock. */
  readonly loadedAt: number
  /** The terms that hold now. */
  readonly plan: CatalogPlan
  readonly quantity: number
  /** The price that is paid for now; where a provider has no schedules, the line bears that of a planned change already. */
  readonly price: CatalogPrice
  /** The line of the plan. */
  readonly planItem: SubscriptionItemRow
  readonly addons: readonly AddonLine[]
  /** Requested and not finished, or waiting for confirmation. */
  readonly open: SubscriptionChangeRow | null
  readonly planned: SubscriptionChangeRow | null
  /** Hold of higher terms, for example while a payment is disputed. Null: none. */
  readonly hold: SaleHold | null
  /** True if the period is unpaid, and no invoice can be paid. */
  readonly isVoided: boolean
  /** Plans of which the account has had a trial. */
  readonly triedPlanIds: ReadonlySet<string>
  /** Plans that the account has and that no operator gave free of charge. */
  readonly ownPlans: readonly CatalogPlan[]
  /** Plans that it has bought without an end. */
  readonly lifetimePlans: readonly CatalogPlan[]
  /** Offers and running terms at a price of the account's own. */
  readonly negotiated?: readonly NegotiatedPlanRow[]
}

/** An add-on that is paid for. */
export interface AddonLine {
  readonly item: SubscriptionItemRow
  readonly sold: CatalogPackage
}

/** The running subscription of an account: of a plan group, or, without one, that of the default group before any other. */
export async function loadSubscriptionState(
  context: Pick<BillingContext, 'timers' | 'config' | 'clock' | 'providers'>,
  sql: Sql,
  catalog: CatalogSnapshot,
  accountId: string,
  group: string | null,
): Promise<SubscriptionState | null> {
  const subscription = await sql.query
    .selectFrom('billing_subscription as subscription')
    .innerJoin('plan_version as version', 'version.id', 'subscription.planVersionId')
    .innerJoin('plan', 'plan.id', 'version.planId')
    .selectAll('subscription')
    .where('subscription.accountId', '=', accountId)
    .where('subscription.status', 'not in', TERMINAL_STATUSES)
    .$if(group !== null, (query) => query.where('plan.groupCode', '=', group!))
    .orderBy((eb) => eb('plan.groupCode', '=', catalog.defaultGroup), 'desc')
    .orderBy('subscription.startedAt', 'desc')
    .orderBy('subscription.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return subscription ? stateOf(context, sql, catalog, subscription) : null
}

/** The same for a subscription that is known. */
export async function stateOf(
  context: Pick<BillingContext, 'timers' | 'config' | 'clock' | 'providers'>,
  sql: Sql,
  catalog: CatalogSnapshot,
  subscription: BillingSubscriptionRow,
): Promise<SubscriptionState | null> {
  const items = await sql.query
    .selectFrom('subscription_item')
    .selectAll()
    .where('subscriptionId', '=', subscription.id)
    .where('accountId', '=', subscription.accountId)
    .orderBy('id')
    .execute()
  const changes = await openChanges(sql, subscription)
  const planned = changes.find((change) => change.status === 'SCHEDULED') ?? null
  const planProducts = new Set(catalog.plans.map((plan) => plan.productId))
  const productOf = (item: SubscriptionItemRow) => catalog.priceById.get(item.priceId)?.productId ?? ''
  const planItem = items.find((item) => planProducts.has(productOf(item)))
  const plan = catalog.planByVersionId.get(subscription.planVersionId)
  const price = catalog.priceById.get(planned?.fromPriceId ?? planItem?.priceId ?? '')
  if (!planItem || !plan || !price) return null
  return {
    get port() {
      return providerOf(context, subscription.provider)
    },
    subscription,
    loadedAt: context.timers.now(),
    plan,
    quantity: subscription.quantity,
    price,
    planItem,
    addons: items.flatMap((item) => {
      const sold = catalog.packages.find((candidate) => candidate.productId === productOf(item))
      return sold ? [{ item, sold }] : []
    }),
    open: changes.find((change) => OPEN_CHANGE_STATUSES.includes(change.status)) ?? null,
    planned,
    hold: await currentHold(sql, { catalog, accountId: subscription.accountId, now: context.clock.now() }, 'TERMS'),
    isVoided: await isPeriodVoided(sql, subscription),
    negotiated: await currentNegotiatedPlans(sql, subscription.accountId),
    ...(await ownPlans(catalog, sql, subscription.accountId)),
    triedPlanIds: await triedPlans(context, sql, catalog, subscription),
  }
}
