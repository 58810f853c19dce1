import { Args, ArgsType, Ctx, Resolver } from 'type-graphql'
import { field, query } from '#schema/kernel/decorators.js'
import { TO } from '#schema/kernel/descriptions.js'
import { pageArgs } from '#schema/kernel/page-args.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { PackagePerformanceConnection } from '#schema/ops/analytics.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { packagePerformance } from '#services/ops/analytics/package-performance.js'
import type { RequestContext } from '#context/request-context.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

const PER_PAGE = 50

@ArgsType()
class PerformanceArgs extends pageArgs(PER_PAGE) {
  @field('Start of the range, inclusive (business clock). Default: unbounded.', () => DateTime, { nullable: true })
  from?: Date | null

  @field(TO, () => DateTime, { nullable: true })
  to?: Date | null
}

@Resolver()
export class PackagePerformanceResolver {
  @query(
    'Sales per product and currency, by currency, highest revenue first. Requires an operator.',
    () => PackagePerformanceConnection,
    { nullable: true },
  )
  async packagePerformance(
    @Ctx() context: RequestContext,
    @Args(() => PerformanceArgs) args: PerformanceArgs,
  ): Promise<PackagePerformanceConnection> {
    const catalog = context.catalog.current()
    const page = await packagePerformance(context, args, pageRequest(args, PER_PAGE))
    // A product that another process created just now is on the next page that is read.
    const known = page.items.flatMap((row, index) => {
      const product = catalog.productById.get(row.productId)
      return product ? [{ row, product, cursor: page.cursors[index]! }] : []
    })
    const nodes = known.map(({ row, product }) => {
      const { currency, purchases, trend30Days, conversionRate } = row
      const money = (amountMinor: number) => toMoney({ amountMinor, currency })
      return {
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
      }
    })
    return toConnection({ ...page, cursors: known.map(({ cursor }) => cursor) }, nodes)
  }
}
