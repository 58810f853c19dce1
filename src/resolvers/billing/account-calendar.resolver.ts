import { Ctx, Resolver, Root } from 'type-graphql'
import { CalendarEntry } from '#schema/billing/calendar-entry.type.js'
import { PendingPlan, type PendingPlanState } from '#schema/billing/pending-plan.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver } from '#schema/kernel/decorators.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { accountCalendar } from '#services/billing/calendar/account-calendar.js'
import { pendingPlans } from '#services/billing/checkout/pending-plans.js'
import type { RequestContext } from '#context/request-context.js'
import { toCurrentPlan, toFeature } from '../catalog/plan.mapper.js'
import { snapshotOf } from '../entitlements/load-entitlement.js'
import { toMoney, toPrice } from '../kernel/price.mapper.js'
import { toCheckout } from './checkout.mapper.js'

const MISSING: Readonly<Record<PendingPlanState, string | null>> = {
  CREATING: 'The provider has not created the payment page yet.',
  AWAITING_PAYMENT: 'The payment on the page of the provider.',
  PROCESSING: null,
  IN_REVIEW: 'The decision of an operator about the payment.',
  REQUESTED: 'The response of the provider.',
  AWAITING_CONFIRMATION: 'Your confirmation on the page of the bank or of PayPal.',
  STARTS_LATER: null,
}

@Resolver(() => Account)
export class AccountCalendarResolver {
  @fieldResolver(
    'Plans that were chosen and are not in effect, with what is missing. Newest first.',
    () => [PendingPlan],
    {
      nullable: true,
    },
  )
  async pendingPlans(@Ctx() context: RequestContext, @Root() account: Account): Promise<PendingPlan[]> {
    const catalog = context.catalog.current()
    const pending = await pendingPlans(context, account.id)
    return pending.flatMap(({ planVersionId, priceId, checkout, ...rest }) => {
      const plan = catalog.planByVersionId.get(planVersionId)
      const price = catalog.priceById.get(priceId)
      if (!plan || !price) return []
      return [
        {
          __typename: 'PendingPlan' as const,
          ...rest,
          missing: MISSING[rest.state],
          plan: toCurrentPlan(catalog, plan),
          price: toPrice(price),
          checkout: checkout && toCheckout(context, checkout),
        },
      ]
    })
  }

  @fieldResolver(
    'Renewals, scheduled changes and other dates of plans, invoices and credits, soonest first, at most 100. Requires `billing:read` and `entitlements:read`.',
    () => [CalendarEntry],
    { nullable: true },
  )
  async calendar(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @arg('until', 'Last time to return (business clock). Default: in 400 days.', () => DateTime, { nullable: true })
    until: Date | null,
  ): Promise<CalendarEntry[]> {
    const catalog = context.catalog.current()
    const entries = await accountCalendar(context, account.id, {
      until,
      readSnapshot: () => snapshotOf(context, account.id),
      readSubscription: async () => {
        const subscription = await context.loaders.liveSubscriptionOfAccount.load(account.id)
        return {
          subscription,
          items: subscription ? await context.loaders.subscriptionItems.load(subscription.id) : [],
          scheduled: subscription && (await context.loaders.scheduledChange.load(subscription.id)),
        }
      },
    })
    return entries.map(({ plan, money, feature, ...rest }) => {
      const defined = feature === null ? undefined : catalog.features.get(feature)
      return {
        __typename: 'CalendarEntry',
        ...rest,
        plan: plan && toCurrentPlan(catalog, plan),
        money: money && toMoney(money),
        feature: defined ? toFeature(defined) : null,
      }
    })
  }
}
