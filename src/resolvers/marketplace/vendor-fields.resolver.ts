import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import { Viewer } from '#schema/identity/viewer.type.js'
import { field, fieldResolver } from '#schema/kernel/decorators.js'
import { Money } from '#schema/kernel/money.type.js'
import { pageArgs, twoWayPageArgs, type PageArgs, type TwoWayPageArgs } from '#schema/kernel/page-args.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { TemplateOrder } from '#schema/marketplace/template-list.type.js'
import { Template, TemplateConnection, TemplateStatus } from '#schema/marketplace/template.type.js'
import {
  EarningsEntry,
  EarningsEntryConnection,
  VendorPayout,
  VendorPayoutConnection,
} from '#schema/marketplace/vendor-earnings.type.js'
import { Vendor } from '#schema/marketplace/vendor.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { statementOf } from '#services/marketplace/earnings/vendor-earnings.js'
import { payoutsOf } from '#services/marketplace/payouts/vendor-payouts.js'
import { transfers } from '#services/marketplace/payouts/validate-payout.js'
import { payoutsEnabled } from '#services/marketplace/vendors/payouts-enabled.js'
import { vendorTemplates } from '#services/marketplace/vendors/vendor-templates.js'
import { callerVendor, requireVendorAccess } from '#services/marketplace/model/vendor.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection, toCountedConnection } from '../kernel/page.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toTemplate, toVendor } from './template.mapper.js'
import { toEntry, toPayout } from './vendor.mapper.js'

const TEMPLATES_PER_PAGE = 20
const PAYOUTS_PER_PAGE = 20
const ENTRIES_PER_PAGE = 50
const FOR_VENDORS = 'Requires the vendor or an operator.'

@ArgsType()
class VendorTemplatesArgs extends pageArgs(TEMPLATES_PER_PAGE) {
  @field(
    'Statuses to return. Default: all that the caller can see, which is APPROVED for everyone but the vendor and operators.',
    () => [TemplateStatus],
    { nullable: true },
  )
  statuses?: TemplateStatus[] | null

  @field('Order of the templates.', () => TemplateOrder, {
    nullable: true,
    defaultValue: 'NEWEST',
  })
  orderBy?: TemplateOrder | null
}

@ArgsType()
class PayoutsArgs extends pageArgs(PAYOUTS_PER_PAGE) {}

@ArgsType()
class EntriesArgs extends twoWayPageArgs(ENTRIES_PER_PAGE) {
  @field('Start of the range, inclusive (business clock). Default: unbounded.', () => DateTime, { nullable: true })
  from?: Date | null

  @field('End of the range, exclusive (business clock). Default: unbounded.', () => DateTime, { nullable: true })
  to?: Date | null
}

@Resolver(() => Viewer)
export class ViewerVendorResolver {
  @fieldResolver('Vendor of the current account. Null if the account has never published.', () => Vendor, {
    nullable: true,
  })
  async vendor(@Ctx() context: RequestContext): Promise<Vendor | null> {
    const row = await callerVendor(context)
    return row && toVendor(row)
  }
}

/** Fields for the vendor and operators. Other callers see the published templates only. */
@Resolver(() => Vendor)
export class VendorFieldsResolver {
  @fieldResolver('Templates of the vendor that the caller can see.', () => TemplateConnection)
  async templates(
    @Ctx() context: RequestContext,
    @Root() vendor: Vendor,
    @Args(() => VendorTemplatesArgs) args: VendorTemplatesArgs & PageArgs,
  ): Promise<TemplateConnection> {
    const { firstTemplatesOfVendor, templateCountOfVendor } = context.loaders
    const page = await vendorTemplates(context, vendor, args, pageRequest(args, TEMPLATES_PER_PAGE), {
      first: (ask) => firstTemplatesOfVendor.load(ask),
      count: (ask) => templateCountOfVendor.load(ask),
    })
    const nodes = await Promise.all(page.items.map((row) => toTemplate(context, row)))
    return toCountedConnection(page, nodes)
  }

  @fieldResolver(`Payouts of the vendor, newest first. ${FOR_VENDORS}`, () => VendorPayoutConnection, {
    nullable: true,
  })
  async payouts(
    @Ctx() context: RequestContext,
    @Root() vendor: Vendor,
    @Args(() => PayoutsArgs) args: PageArgs,
  ): Promise<VendorPayoutConnection> {
    const page = await payoutsOf(context, vendor, pageRequest(args, PAYOUTS_PER_PAGE), (ask) =>
      context.loaders.firstPayoutsOfVendor.load(ask),
    )
    return toConnection(page, page.items.map(toPayout))
  }

  @fieldResolver(
    `Present balance, one amount per currency with entries. Negative if more was clawed back than earned. Null, with an error, for other callers. ${FOR_VENDORS}`,
    () => [Money],
    { nullable: true },
  )
  async payable(@Ctx() context: RequestContext, @Root() vendor: Vendor): Promise<Money[]> {
    await requireVendorAccess(context, vendor)
    return (await context.loaders.vendorBalances.load(vendor.id)).map(toMoney)
  }

  @fieldResolver(
    `Provider's ID of the connected account (\`acct_…\`). Null if none is connected. ${FOR_VENDORS}`,
    () => String,
    {
      nullable: true,
    },
  )
  async payoutAccountId(@Ctx() context: RequestContext, @Root() vendor: Vendor): Promise<string | null> {
    await requireVendorAccess(context, vendor)
    return vendor.payoutAccountId
  }

  @fieldResolver(
    `Whether transfers of the operator reach the vendor. Null if the provider is not responding. ${FOR_VENDORS}`,
    () => Boolean,
    { nullable: true },
  )
  payoutsEnabled(@Ctx() context: RequestContext, @Root() vendor: Vendor): Promise<boolean | null> {
    return payoutsEnabled(context, vendor)
  }

  @fieldResolver('Whether the operator pays vendors by transfer. If not, payouts are made manually.', () => Boolean)
  transfersEnabled(@Ctx() context: RequestContext): boolean {
    return transfers(context) !== null
  }

  @fieldResolver(`Statement of the vendor, newest entry first. ${FOR_VENDORS}`, () => EarningsEntryConnection, {
    nullable: true,
  })
  async earningsEntries(
    @Ctx() context: RequestContext,
    @Root() vendor: Vendor,
    @Args(() => EntriesArgs) args: EntriesArgs & TwoWayPageArgs,
  ): Promise<EarningsEntryConnection> {
    await requireVendorAccess(context, vendor)
    const range = { from: args.from ?? null, to: args.to ?? null }
    const page = await statementOf(context.database, vendor.id, range, pageRequest(args, ENTRIES_PER_PAGE))
    return toConnection(page, page.items.map(toEntry))
  }
}

@Resolver(() => EarningsEntry)
export class EarningsEntryResolver {
  @fieldResolver('The sold template. Null for a payout.', () => Template, { nullable: true })
  async template(@Ctx() context: RequestContext, @Root() entry: EarningsEntry): Promise<Template | null> {
    const row = entry.templateId ? await context.loaders.template.load(entry.templateId) : null
    return row && toTemplate(context, row)
  }

  @fieldResolver('The payout. Null for sales and clawbacks.', () => VendorPayout, { nullable: true })
  async payout(@Ctx() context: RequestContext, @Root() entry: EarningsEntry): Promise<VendorPayout | null> {
    const row = entry.payoutId ? await context.loaders.vendorPayout.load(entry.payoutId) : null
    return row && toPayout(row)
  }
}

@Resolver(() => VendorPayout)
export class VendorPayoutResolver {
  @fieldResolver('Vendor that was paid.', () => Vendor)
  async vendor(@Ctx() context: RequestContext, @Root() payout: VendorPayout): Promise<Vendor> {
    return toVendor((await context.loaders.vendor.load(payout.vendorId))!)
  }
}

@Resolver(() => Account)
export class AccountVendorResolver {
  @fieldResolver('Vendor that the account is. Null if it never created a template.', () => Vendor, { nullable: true })
  async vendor(@Ctx() context: RequestContext, @Root() account: Account): Promise<Vendor | null> {
    const vendor = await context.loaders.vendorOfAccount.load(account.id)
    return vendor && toVendor(vendor)
  }
}
