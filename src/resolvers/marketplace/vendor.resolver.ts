import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { arg, fieldResolver, mutation, query } from '../../schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '../../schema/kernel/page-args.js'
import { DateTime } from '../../schema/kernel/scalars.js'
import {
  ConnectVendorResult,
  PayOutVendorInput,
  PayoutResult,
  TemplateFigures,
  VendorEarnings,
  VendorEntryConnection,
  VendorProfileInput,
  VendorResult,
} from '../../schema/marketplace/vendor-books.type.js'
import { Refused } from '../../schema/kernel/refused.type.js'
import { Vendor } from '../../schema/marketplace/vendor.type.js'
import { pageRequest } from '../../services/kernel/paging/page.js'
import { earningsOf, statementOf } from '../../services/marketplace/earnings/vendor-earnings.js'
import { payOutVendor } from '../../services/marketplace/payouts/pay-out-vendor.js'
import {
  setVendorPayee,
  updateVendorProfile,
  verifyVendor,
  type VendorOutcome,
} from '../../services/marketplace/vendors/change-vendor.js'
import { connectVendor } from '../../services/marketplace/vendors/connect-vendor.js'
import { ownVendor, requireBooks, vendorById } from '../../services/marketplace/vendors/vendor-access.js'
import { figuresOf } from '../../services/marketplace/vendors/vendor-analytics.js'
import type { RequestContext } from '../../context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toTemplate, toVendor } from './template.mapper.js'
import { toEarnings, toEntry, toPayout } from './vendor.mapper.js'

const ENTRIES_PER_PAGE = 50
const vendorIdArg = () => arg('vendorId', "The vendor. Left out: the caller's own.", () => ID, { nullable: true })
const fromArg = () =>
  arg('from', 'From when, included. Left out: from the beginning.', () => DateTime, { nullable: true })
const toArg = () => arg('to', 'To when, not included. Left out: to now.', () => DateTime, { nullable: true })

@ArgsType()
class EntriesArgs extends pageArgs(ENTRIES_PER_PAGE) {}

@Resolver(() => VendorEarnings)
export class VendorResolver {
  @query('A vendor by id, else the one that the caller publishes as; null when there is none.', () => Vendor, {
    nullable: true,
  })
  async vendor(
    @Ctx() context: RequestContext,
    @arg('id', "The vendor's id. Left out: the caller's own.", () => ID, { nullable: true }) id: string | null,
  ): Promise<Vendor | null> {
    const row = id ? await vendorById(context.database, id) : await ownVendor(context)
    return row && toVendor(row)
  }

  @query('What a vendor has earned. For who publishes as the vendor, and operators.', () => VendorEarnings)
  async vendorEarnings(
    @Ctx() context: RequestContext,
    @vendorIdArg() vendorId: string | null,
    @fromArg() from: Date | null,
    @toArg() to: Date | null,
  ): Promise<VendorEarnings> {
    const vendor = await requireBooks(context, vendorId)
    const span = { from: from ?? null, to: to ?? null }
    return toEarnings(vendor, span, await earningsOf(context.database, vendor.id, span))
  }

  @fieldResolver('The movements, the latest first: the statement.', () => VendorEntryConnection)
  async entries(
    @Ctx() context: RequestContext,
    @Root() earnings: VendorEarnings,
    @Args(() => EntriesArgs) args: PageArgs,
  ): Promise<VendorEntryConnection> {
    const request = pageRequest(args, ENTRIES_PER_PAGE)
    const page = await statementOf(context.database, earnings.vendorId, earnings.span, request)
    return toConnection(page, page.items.map(toEntry))
  }

  @query("How each of a vendor's templates does. For who publishes as the vendor, and operators.", () => [
    TemplateFigures,
  ])
  async vendorAnalytics(
    @Ctx() context: RequestContext,
    @vendorIdArg() vendorId: string | null,
    @fromArg() from: Date | null,
    @toArg() to: Date | null,
  ): Promise<TemplateFigures[]> {
    const vendor = await requireBooks(context, vendorId)
    const figures = await figuresOf(context.database, vendor.id, { from: from ?? null, to: to ?? null })
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

  @mutation('Changes what a vendor says of itself; the first time, it makes the profile.', () => VendorResult)
  async updateVendorProfile(
    @Ctx() context: RequestContext,
    @arg('input', 'The profile.', () => VendorProfileInput) input: VendorProfileInput,
  ): Promise<VendorResult> {
    return answer(context, await updateVendorProfile(context, input))
  }

  @mutation('Notes that the operator has checked who a vendor is, or takes it back. For operators.', () => VendorResult)
  async verifyVendor(
    @Ctx() context: RequestContext,
    @arg('vendorId', 'The vendor.', () => ID) vendorId: string,
    @arg('verified', 'Whether it was checked.', () => Boolean) verified: boolean,
  ): Promise<VendorResult> {
    return answer(context, await verifyVendor(context, vendorId, verified))
  }

  @mutation("Sets the connected account that a vendor's transfers go to. For operators.", () => VendorResult)
  async setVendorPayee(
    @Ctx() context: RequestContext,
    @arg('vendorId', 'The vendor.', () => ID) vendorId: string,
    @arg('payeeId', "The provider's id of the connected account, as acct_…; null: none.", () => String, {
      nullable: true,
    })
    payeeId: string | null,
  ): Promise<VendorResult> {
    return answer(context, await setVendorPayee(context, vendorId, payeeId))
  }

  @mutation(
    "Lets the caller's vendor be paid by transfers: answers the provider's page on which the vendor says who it is, or that all is said.",
    () => ConnectVendorResult,
  )
  async connectVendor(
    @Ctx() context: RequestContext,
    @arg('accountId', "Whose vendor, by id or reference. Left out: the caller's current account.", () => ID, {
      nullable: true,
    })
    accountId: string | null,
    @arg('returnUrl', 'Where the page leads afterwards. Left out: the dashboard.', () => String, { nullable: true })
    returnUrl: string | null,
  ): Promise<ConnectVendorResult> {
    const outcome = await connectVendor(context, { accountId, returnUrl })
    if (outcome.kind === 'denied') return toDenial<Refused>(context, outcome.denial)
    return { __typename: 'VendorConnection', ...outcome.connection }
  }

  @mutation('Pays out all that is owed to a vendor in one currency. For operators.', () => PayoutResult)
  async payOutVendor(
    @Ctx() context: RequestContext,
    @arg('input', 'Whom, and how.', () => PayOutVendorInput) input: PayOutVendorInput,
  ): Promise<PayoutResult> {
    const { vendorId, currency, method, reference, idempotencyKey } = input
    const request = { vendorId, currency, method: method ?? 'MANUAL', reference: reference ?? null, idempotencyKey }
    const outcome = await payOutVendor(context, request)
    return outcome.kind === 'payout' ? toPayout(outcome.payout) : toDenial(context, outcome.denial)
  }
}

async function answer(context: RequestContext, outcome: VendorOutcome): Promise<VendorResult> {
  return outcome.kind === 'vendor' ? toVendor(outcome.vendor) : toDenial(context, outcome.denial)
}
