import { Args, Ctx, Resolver } from 'type-graphql'
import { query } from '#schema/kernel/decorators.js'
import { CreditAnalytics } from '#schema/ops/analytics.type.js'
import { creditAnalytics } from '#services/ops/analytics/credit-analytics.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature, toPackage, toCurrentPlan } from '../catalog/plan.mapper.js'
import { DateRangeArgs } from './date-range-args.js'

@Resolver()
export class CreditAnalyticsResolver {
  @query('Sales and usage of credits. Requires an operator.', () => CreditAnalytics, { nullable: true })
  async creditAnalytics(
    @Ctx() context: RequestContext,
    @Args(() => DateRangeArgs) args: DateRangeArgs,
  ): Promise<CreditAnalytics> {
    const { popularPacks, expiryRate, granted, expired, usageByPlan } = await creditAnalytics(context, args)
    return {
      __typename: 'CreditAnalytics',
      popularPacks: popularPacks.map(({ sold, purchases }) => ({
        __typename: 'PackSales',
        package: toPackage({ ...sold, planId: null }),
        purchases,
      })),
      expiryRate,
      reachedExpiry: granted,
      expiredUnused: expired,
      usageByPlan: usageByPlan.map(({ plan, feature, used }) => ({
        __typename: 'PlanUsage',
        plan: toCurrentPlan(context.catalog.current(), plan),
        feature: toFeature(feature),
        used,
      })),
    }
  }
}
