import { Args, Ctx, Resolver } from 'type-graphql'
import { query } from '#schema/kernel/decorators.js'
import { PackagePerformance } from '#schema/ops/analytics.type.js'
import { packagePerformance } from '#services/ops/analytics/package-performance.js'
import type { RequestContext } from '#context/request-context.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { DateRangeArgs } from './date-range-args.js'

@Resolver()
export class PackagePerformanceResolver {
  @query('Sales per product and currency, highest revenue first. Requires an operator.', () => [PackagePerformance], {
    nullable: true,
  })
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
}
