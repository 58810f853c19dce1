import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import type { Feature } from '#schema/catalog/feature.type.js'
import { Account } from '#schema/identity/account.type.js'
import { field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { TO } from '#schema/kernel/descriptions.js'
import { pageArgs } from '#schema/kernel/page-args.js'
import { DateTime } from '#schema/kernel/scalars.js'
import {
  Churn,
  CreditAnalytics,
  PackagePerformance,
  RevenueInterval,
  RevenuePoint,
  UserCreditSummary,
  UserCreditSummaryConnection,
} from '#schema/ops/analytics.type.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { CHURN_DEFINITION, churn } from '#services/ops/analytics/churn.js'
import { creditAnalytics } from '#services/ops/analytics/credit-analytics.js'
import { packagePerformance } from '#services/ops/analytics/package-performance.js'
import { revenue } from '#services/ops/analytics/revenue.js'
import { userCreditSummary } from '#services/ops/analytics/user-credit-summary.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature, toPackage, toPlan, toProduct } from '../catalog/plan.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

const SUMMARIES_PER_PAGE = 50

@ArgsType()
class DateRangeArgs {
  @field('Start of the range, inclusive (business clock). Default: unbounded.', () => DateTime, { nullable: true })
  from?: Date | null

  @field(TO, () => DateTime, { nullable: true })
  to?: Date | null
}

@ArgsType()
class ChurnArgs {
  @field('Start of the range, inclusive (business clock). Default: thirty days before `to`.', () => DateTime, {
    nullable: true,
  })
  from?: Date | null

  @field(TO, () => DateTime, { nullable: true })
  to?: Date | null
}

@ArgsType()
class RevenueArgs {
  @field('Start of the range, inclusive. Default: one year before `to`.', () => DateTime, { nullable: true })
  from?: Date | null

  @field(TO, () => DateTime, { nullable: true })
  to?: Date | null

  @field('Interval of the points.', () => RevenueInterval, { nullable: true, defaultValue: RevenueInterval.DAY })
  by?: RevenueInterval | null
}

@ArgsType()
class SummaryArgs extends pageArgs(SUMMARIES_PER_PAGE) {
  @field('Feature code. Default: all features.', () => String, { nullable: true })
  feature?: string | null
}

@Resolver()
export class AnalyticsResolver {
  @query('Sales per product and currency, highest revenue first. Requires an operator.', () => [PackagePerformance])
  async packagePerformance(
    @Ctx() context: RequestContext,
    @Args(() => DateRangeArgs) args: DateRangeArgs,
  ): Promise<PackagePerformance[]> {
    const catalog = context.catalog.current()
    return (await packagePerformance(context, args)).flatMap((row) => {
      const product = catalog.productById.get(row.productId)
      const { currency, purchases, trend30Days, conversionRate } = row
      const money = (amountMinor: number) => toMoney({ amountMinor, currency })
      if (!product) return []
      return [
        {
          __typename: 'PackagePerformance' as const,
          product: toProduct(catalog, product),
          currency,
          purchases,
          revenue: money(row.revenueMinor),
          gross: money(row.grossMinor),
          reversed: money(row.reversedMinor),
          average: money(row.averageMinor),
          trend30Days,
          conversionRate,
        },
      ]
    })
  }

  @query('Sales and usage of credits. Requires an operator.', () => CreditAnalytics)
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
        plan: toPlan(plan),
        feature: toFeature(feature),
        used,
      })),
    }
  }

  @query('Subscriber churn in a range. Requires an operator.', () => Churn)
  async churn(@Ctx() context: RequestContext, @Args(() => ChurnArgs) args: ChurnArgs): Promise<Churn> {
    const { range, ...counted } = await churn(context, args)
    return { __typename: 'Churn', ...counted, ...range, definition: CHURN_DEFINITION }
  }

  @query('Revenue over time, by currency, without periods that had no sales. Requires an operator.', () => [
    RevenuePoint,
  ])
  async revenue(@Ctx() context: RequestContext, @Args(() => RevenueArgs) args: RevenueArgs): Promise<RevenuePoint[]> {
    return (await revenue(context, args)).map(
      ({ begins, ends, currency, purchases, revenueMinor, grossMinor, reversedMinor }) => {
        const money = (amountMinor: number) => toMoney({ amountMinor, currency })
        return {
          __typename: 'RevenuePoint',
          from: begins,
          to: ends,
          currency,
          purchases,
          revenue: money(revenueMinor),
          gross: money(grossMinor),
          reversed: money(reversedMinor),
        }
      },
    )
  }

  @query('Credit totals per account and feature. Requires an operator.', () => UserCreditSummaryConnection)
  async userCreditSummary(
    @Ctx() context: RequestContext,
    @Args(() => SummaryArgs) args: SummaryArgs,
  ): Promise<UserCreditSummaryConnection> {
    const { features } = context.catalog.current()
    const page = await userCreditSummary(context, pageRequest(args, SUMMARIES_PER_PAGE), args.feature ?? null)
    return toConnection(
      page,
      page.items.map(({ feature, ...row }) => ({
        __typename: 'UserCreditSummary' as const,
        ...row,
        feature: shownFeature(features.get(feature), feature),
      })),
    )
  }
}

/** A kind of credits, also one that the catalog has no longer. */
const shownFeature = (defined: FeatureDefinition | undefined, code: string): Feature =>
  defined ? toFeature(defined) : { code, name: code, kind: 'CREDIT', unit: null }

@Resolver(() => UserCreditSummary)
export class UserCreditSummaryResolver {
  @fieldResolver('Account the credits belong to.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() summary: UserCreditSummary): Promise<Account> {
    return toAccount((await context.loaders.account.load(summary.accountId))!)
  }
}
