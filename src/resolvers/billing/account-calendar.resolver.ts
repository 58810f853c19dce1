import { Ctx, Resolver, Root } from 'type-graphql'
import { CalendarEntry } from '#schema/billing/calendar-entry.type.js'
import { PendingPlan } from '#schema/billing/pending-plan.type.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { arg, fieldResolver } from '#schema/kernel/decorators.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { accountCalendar } from '#services/billing/calendar/account-calendar.js'
import { MISSING_STEPS, pendingPlans } from '#services/billing/checkout/pending-plans.js'
import { calendarSources } from '#context/calendar-sources.js'
import type { RequestContext } from '#context/request-context.js'
import { toCurrentPlan, toFeature } from '../catalog/plan.mapper.js'
import { toMoney, toPrice } from '../kernel/price.mapper.js'
import { toCheckout } from './checkout.mapper.js'

@Resolver(() => AccountBilling)
export class AccountCalendarResolver {
  @fieldResolver('Plans that were chosen and are not in effect, with what is missing. Newest first.', () => [
    PendingPlan,
  ])
  async pendingPlans(@Ctx() context: RequestContext, @Root() account: AccountBilling): Promise<PendingPlan[]> {
    const catalog = context.catalog.current()
    const pending = await pendingPlans(context, account.id)
    return pending.flatMap(({ planVersionId, priceId, checkout, state, requestedAt, ...rest }) => {
      const plan = catalog.planByVersionId.get(planVersionId)
      const price = catalog.priceById.get(priceId)
      if (!plan || !price) return []
      return [
        {
          __typename: 'PendingPlan' as const,
          ...rest,
          status: state,
          createdAt: requestedAt,
          missing: MISSING_STEPS[state],
          plan: toCurrentPlan(catalog, plan),
          price: toPrice(price),
          checkout: checkout && toCheckout(context, checkout),
        },
      ]
    })
  }

  @fieldResolver(
    'Renewals, scheduled changes and other dates of plans, invoices and credits, soonest first, at most 100.',
    () => [CalendarEntry],
  )
  async calendar(
    @Ctx() context: RequestContext,
    @Root() account: AccountBilling,
    @arg('to', 'Last time to return (business clock). Default: in 400 days.', () => DateTime, { nullable: true })
    until: Date | null,
  ): Promise<CalendarEntry[]> {
    const catalog = context.catalog.current()
    const entries = await accountCalendar(context, account.id, {
      until,
      ...calendarSources(context, account.id),
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
