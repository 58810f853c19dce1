import { Args, Ctx, Resolver, Root } from 'type-graphql'
import { MetricSeriesConnection } from '#schema/entitlements/metrics.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Vendor } from '#schema/marketplace/vendor.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { vendorMetrics } from '#services/marketplace/metrics/vendor-metrics.js'
import type { RequestContext } from '#context/request-context.js'
import {
  MetricsArgs,
  SERIES_ORDER,
  SERIES_PER_PAGE,
  toSeries,
  type RequestedMetrics,
} from '../entitlements/metrics.resolver.js'

@Resolver(() => Vendor)
export class VendorMetricsResolver {
  @fieldResolver(
    `Figures of the vendor over time, ${SERIES_ORDER}. Requires the vendor or an operator.`,
    () => MetricSeriesConnection,
    { nullable: true },
  )
  async metrics(
    @Ctx() context: RequestContext,
    @Root() vendor: Vendor,
    @Args(() => MetricsArgs) args: RequestedMetrics,
  ): Promise<MetricSeriesConnection> {
    return toSeries(context, await vendorMetrics(context, vendor, args, pageRequest(args, SERIES_PER_PAGE)))
  }
}
