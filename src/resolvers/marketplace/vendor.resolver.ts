import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { arg, fieldResolver, mutation, query } from '#schema/kernel/decorators.js'
import { TO } from '#schema/kernel/descriptions.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { DateTime } from '#schema/kernel/scalars.js'
import {
  ConnectVendorResult,
  PayOutVendorInput,
  PayOutVendorResult,
  TemplateMetrics,
  VendorEarnings,
  EarningsEntryConnection,
  UpdateVendorProfileInput,
  VendorResult,
} from '#schema/marketplace/vendor-earnings.type.js'
import { Refused } from '#schema/kernel/refused.type.js'
import { Vendor } from '#schema/marketplace/vendor.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { vendorEarnings, statementOf } from '#services/marketplace/earnings/vendor-earnings.js'
import { vendorAnalytics } from '#services/marketplace/vendors/vendor-analytics.js'
import { payOutVendor } from '#services/marketplace/payouts/pay-out-vendor.js'
import { setVendorPayoutAccount } from '#services/marketplace/vendors/set-vendor-payout-account.js'
import { updateVendorProfile } from '#services/marketplace/vendors/update-vendor-profile.js'
import { verifyVendor } from '#services/marketplace/vendors/verify-vendor.js'
import type { VendorOutcome } from '#services/marketplace/vendors/change-vendor.js'
import { connectVendor } from '#services/marketplace/vendors/connect-vendor.js'
import { vendor as readVendor } from '#services/marketplace/vendors/vendor.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toTemplate, toVendor } from './template.mapper.js'
import { toEarnings, toEntry, toPayout } from './vendor.mapper.js'

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

  @mutation('Changes the profile of a vendor. The first call creates it.', () => VendorResult)
  async updateVendorProfile(
    @Ctx() context: RequestContext,
    @arg('input', 'Profile fields to change.', () => UpdateVendorProfileInput) input: UpdateVendorProfileInput,
  ): Promise<VendorResult> {
    return answer(context, await updateVendorProfile(context, input))
  }

  @mutation('Records whether the operator has verified a vendor. Requires an operator.', () => VendorResult)
  async verifyVendor(
    @Ctx() context: RequestContext,
    @arg('vendorId', 'ID of the vendor.', () => ID) vendorId: string,
    @arg('verified', 'Whether the vendor is verified.', () => Boolean) verified: boolean,
  ): Promise<VendorResult> {
    return answer(context, await verifyVendor(context, vendorId, verified))
  }

  @mutation("Sets the payout account that a vendor's transfers go to. Requires an operator.", () => VendorResult)
  async setVendorPayoutAccount(
    @Ctx() context: RequestContext,
    @arg('vendorId', 'ID of the vendor.', () => ID) vendorId: string,
    @arg('payoutAccountId', "Provider's ID of the connected account (`acct_…`). Null removes it.", () => String, {
      nullable: true,
    })
    payoutAccountId: string | null,
  ): Promise<VendorResult> {
    return answer(context, await setVendorPayoutAccount(context, vendorId, payoutAccountId))
  }

  @mutation(
    "Connects the caller's vendor for payouts. Returns the provider's onboarding page, or its current state.",
    () => ConnectVendorResult,
  )
  async connectVendor(
    @Ctx() context: RequestContext,
    @arg('accountId', "Account of the vendor, by ID or reference. Default: the caller's current account.", () => ID, {
      nullable: true,
    })
    accountId: string | null,
    @arg('returnUrl', 'Page to return to afterwards. Default: the dashboard.', () => String, { nullable: true })
    returnUrl: string | null,
  ): Promise<ConnectVendorResult> {
    const outcome = await connectVendor(context, { accountId, returnUrl })
    if (outcome.kind === 'denied') return toDenial<Refused>(context, outcome.denial)
    const { ready, url, expiresAt } = outcome.connection
    return { __typename: 'VendorOnboarding', payoutsEnabled: ready, url, expiresAt }
  }

  @mutation("Pays out a vendor's full balance in one currency. Requires an operator.", () => PayOutVendorResult)
  async payOutVendor(
    @Ctx() context: RequestContext,
    @arg('input', 'Vendor, currency and payout method.', () => PayOutVendorInput) input: PayOutVendorInput,
  ): Promise<PayOutVendorResult> {
    const { vendorId, currency, method, reference, idempotencyKey } = input
    const request = { vendorId, currency, method: method ?? 'MANUAL', reference: reference ?? null, idempotencyKey }
    const outcome = await payOutVendor(context, request)
    return outcome.kind === 'payout' ? toPayout(outcome.payout) : toDenial(context, outcome.denial)
  }
}

async function answer(context: RequestContext, outcome: VendorOutcome): Promise<VendorResult> {
  return outcome.kind === 'vendor' ? toVendor(outcome.vendor) : toDenial(context, outcome.denial)
}
