import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { CalendarEntry, CalendarEntryConnection } from '#schema/billing/calendar-entry.type.js'
import { PendingPlan } from '#schema/billing/pending-plan.type.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { field, fieldResolver } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { accountCalendar } from '#services/billing/calendar/account-calendar.js'
import { pendingPlans } from '#services/billing/checkout/pending-plans.js'
import { pageOf, pageRequest } from '#services/kernel/paging/page.js'
import { calendarSources } from '#context/calendar-sources.js'
import type { RequestContext } from '#context/request-context.js'
import { toCurrentPlan, toFeature } from '../catalog/plan.mapper.js'
import { toListPage } from '../kernel/page.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toPendingPlan } from './pending-plan.mapper.js'

const ENTRIES_PER_PAGE = 50

@ArgsType()
class CalendarArgs extends pageArgs(ENTRIES_PER_PAGE) {
  @field('Last time to return (business clock). Default: in 400 days.', () => DateTime, { nullable: true })
  to?: Date | null
}

@Resolver(() => AccountBilling)
export class AccountCalendarResolver {
  @fieldResolver('Plans that were chosen and are not in effect, with what is missing. Newest first.', () => [
    PendingPlan,
  ])
  async pendingPlans(@Ctx() context: RequestContext, @Root() account: AccountBilling): Promise<PendingPlan[]> {
    const pending = await pendingPlans(context, account.id)
    return pending.flatMap((one) => toPendingPlan(context, one) ?? [])
  }

  @fieldResolver(
    'Renewals, scheduled changes and other dates of plans, invoices and credits, soonest first.',
    () => CalendarEntryConnection,
  )
  async calendar(
    @Ctx() context: RequestContext,
    @Root() account: AccountBilling,
    @Args(() => CalendarArgs) args: CalendarArgs & PageArgs,
  ): Promise<CalendarEntryConnection> {
    const catalog = context.catalog.current()
    const entries = await accountCalendar(context, account.id, {
      until: args.to ?? null,
      ...calendarSources(context, account.id),
    })
    // Entries of one time keep their order.
    const keyed = entries.map((entry, index) => {
      const first = entries.findIndex(({ at }) => at.getTime() === entry.at.getTime())
      return { entry, key: [entry.at.toISOString(), String(index - first).padStart(6, '0')] }
    })
    const page = await pageOf(
      pageRequest(args, ENTRIES_PER_PAGE),
      `calendar ${account.id} ${args.to?.toISOString() ?? ''}`,
      ({ key }) => key,
      keyed,
    )
    const nodes = page.items.map(({ entry: { plan, money, feature, ...rest } }): CalendarEntry => {
      const defined = feature === null ? undefined : catalog.features.get(feature)
      return {
        __typename: 'CalendarEntry',
        ...rest,
        plan: plan && toCurrentPlan(catalog, plan),
        money: money && toMoney(money),
        feature: defined ? toFeature(defined) : null,
      }
    })
    return toListPage(page, nodes)
  }
}
