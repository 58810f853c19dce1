import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { arg, field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { TO } from '#schema/kernel/descriptions.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { DateTime, SafeInt } from '#schema/kernel/scalars.js'
import { TemplateMetricsConnection, VendorEarnings } from '#schema/marketplace/vendor-earnings.type.js'
import { Vendor, VENDOR_COUNT, VendorBy, VendorConnection } from '#schema/marketplace/vendor.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { vendorEarnings } from '#services/marketplace/earnings/vendor-earnings.js'
import { vendorAnalytics } from '#services/marketplace/vendors/vendor-analytics.js'
import { vendor as readVendor, vendors } from '#services/marketplace/vendors/vendors.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toVendor } from './template.mapper.js'
import { toEarnings, toMetrics } from './vendor.mapper.js'

const VENDORS_PER_PAGE = 20
const METRICS_PER_PAGE = 50
const vendorIdArg = () => arg('vendorId', "Vendor ID. Default: the caller's vendor.", () => ID, { nullable: true })
const fromArg = () =>
  arg('from', 'Start of the range, inclusive (business clock). Default: unbounded.', () => DateTime, { nullable: true })
const toArg = () => arg('to', TO, () => DateTime, { nullable: true })

@ArgsType()
class VendorsArgs extends pageArgs(VENDORS_PER_PAGE) {
  @field('Part of the name, or the ID of the vendor or of its account. Default: all.', () => String, { nullable: true })
  query?: string | null

  @field('true: only verified vendors. false: only others. Default: both.', () => Boolean, { nullable: true })
  verified?: boolean | null

  @field('true: only vendors with a balance above zero. false: only others. Default: both.', () => Boolean, {
    nullable: true,
  })
  payable?: boolean | null
}

@ArgsType()
class MetricsArgs extends pageArgs(METRICS_PER_PAGE) {}

type CountedOnDemand = VendorConnection & { readonly countAll?: () => Promise<number> }

@Resolver(() => VendorConnection)
export class VendorConnectionResolver {
  @fieldResolver(VENDOR_COUNT, () => SafeInt)
  totalCount(@Root() page: CountedOnDemand): Promise<number> | number {
    return page.countAll ? page.countAll() : page.totalCount
  }
}

@Resolver(() => VendorEarnings)
export class VendorResolver {
  @query('Vendor by ID or name. Null if it does not exist. Public.', () => Vendor, { nullable: true })
  async vendor(
    @Ctx() context: RequestContext,
    @arg('by', 'ID or name of the vendor.', () => VendorBy) by: VendorBy,
  ): Promise<Vendor | null> {
    const row = await readVendor(context, by)
    return row && toVendor(row)
  }

  @query('Vendors by name. Requires an operator.', () => VendorConnection, { nullable: true })
  async vendors(
    @Ctx() context: RequestContext,
    @Args(() => VendorsArgs) args: VendorsArgs & PageArgs,
  ): Promise<CountedOnDemand> {
    const page = await vendors(context, args, pageRequest(args, VENDORS_PER_PAGE))
    return { ...toConnection(page, page.items.map(toVendor)), totalCount: 0, countAll: page.countAll }
  }

  @query('Earnings of a vendor. Requires the vendor or an operator.', () => VendorEarnings, { nullable: true })
  async vendorEarnings(
    @Ctx() context: RequestContext,
    @vendorIdArg() vendorId: string | null,
    @fromArg() from: Date | null,
    @toArg() to: Date | null,
  ): Promise<VendorEarnings> {
    const span = { from: from ?? null, to: to ?? null }
    const { vendor, totals } = await vendorEarnings(context, vendorId, span)
    return toEarnings(vendor, span, totals)
  }

  @query(
    'Metrics per template of a vendor, oldest template first. Requires the vendor or an operator.',
    () => TemplateMetricsConnection,
    { nullable: true },
  )
  async vendorAnalytics(
    @Ctx() context: RequestContext,
    @vendorIdArg() vendorId: string | null,
    @fromArg() from: Date | null,
    @toArg() to: Date | null,
    @Args(() => MetricsArgs) args: PageArgs,
  ): Promise<TemplateMetricsConnection> {
    const range = { from: from ?? null, to: to ?? null }
    return toMetrics(context, await vendorAnalytics(context, vendorId, range, pageRequest(args, METRICS_PER_PAGE)))
  }
}
