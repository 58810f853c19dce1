import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { TO } from '#schema/kernel/descriptions.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { TemplateMetrics, VendorEarnings, EarningsEntryConnection } from '#schema/marketplace/vendor-earnings.type.js'
import { Vendor } from '#schema/marketplace/vendor.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { vendorEarnings, statementOf } from '#services/marketplace/earnings/vendor-earnings.js'
import { vendorAnalytics } from '#services/marketplace/vendors/vendor-analytics.js'
import { vendor as readVendor } from '#services/marketplace/vendors/vendor.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toTemplate, toVendor } from './template.mapper.js'
import { toEarnings, toEntry } from './vendor.mapper.js'

const ENTRIES_PER_PAGE = 50
const vendorIdArg = () => arg('vendorId', "Vendor ID. Default: the caller's vendor.", () => ID, { nullable: true })
const fromArg = () =>
  arg('from', 'Start of the range, inclusive. Default: unbounded.', () => DateTime, { nullable: true })
const toArg = () => arg('to', TO, () => DateTime, { nullable: true })

@ArgsType()
class EntriesArgs extends pageArgs(ENTRIES_PER_PAGE) {}

@Resolver(() => VendorEarnings)
export class VendorResolver {
  @query("Vendor by ID. Default: the caller's vendor. Null if it does not exist.", () => Vendor, {
    nullable: true,
  })
  async vendor(
    @Ctx() context: RequestContext,
    @arg('id', "Vendor ID. Default: the caller's vendor.", () => ID, { nullable: true }) id: string | null,
  ): Promise<Vendor | null> {
    const row = await readVendor(context, id)
    return row && toVendor(row)
  }

  @query('Earnings of a vendor. Requires the vendor or an operator.', () => VendorEarnings)
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

  @fieldResolver('Earnings entries, newest first.', () => EarningsEntryConnection)
  async entries(
    @Ctx() context: RequestContext,
    @Root() earnings: VendorEarnings,
    @Args(() => EntriesArgs) args: PageArgs,
  ): Promise<EarningsEntryConnection> {
    const request = pageRequest(args, ENTRIES_PER_PAGE)
    const page = await statementOf(context.database, earnings.vendorId, earnings.span, request)
    return toConnection(page, page.items.map(toEntry))
  }

  @query('Metrics per template of a vendor. Requires the vendor or an operator.', () => [TemplateMetrics])
  async vendorAnalytics(
    @Ctx() context: RequestContext,
    @vendorIdArg() vendorId: string | null,
    @fromArg() from: Date | null,
    @toArg() to: Date | null,
  ): Promise<TemplateMetrics[]> {
    const figures = await vendorAnalytics(context, vendorId, { from: from ?? null, to: to ?? null })
    return Promise.all(
      figures.map(async ({ templateId, installs, sales, gross, share }) => ({
        template: await toTemplate(context, (await context.loaders.template.load(templateId))!),
        installs,
        sales,
        gross: gross.map(toMoney),
        share: share.map(toMoney),
      })),
    )
  }
}
