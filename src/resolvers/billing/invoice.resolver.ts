import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { BillingSubscription } from '#schema/billing/billing-subscription.type.js'
import { Invoice, InvoiceLineConnection, InvoiceStep } from '#schema/billing/invoice.type.js'
import { Purchase } from '#schema/billing/purchase.type.js'
import { Account } from '#schema/identity/account.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { pageOf, pageRequest } from '#services/kernel/paging/page.js'
import { toListPage } from '../kernel/page.mapper.js'
import { invoiceTimeline, noticeKey } from '#services/billing/invoices/invoice-timeline.js'
import { atProvider } from '#services/billing/model/billing-links.js'
import { visibleBillingObject } from '#services/billing/queries/visible-billing.js'
import { toAccount } from '../identity/account.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toPurchase } from './purchase.mapper.js'
import { toSubscription } from './subscription.mapper.js'

const LINES_PER_PAGE = 10
@ArgsType()
class LinesArgs extends pageArgs(LINES_PER_PAGE) {}

@Resolver(() => Invoice)
export class InvoiceResolver {
  @fieldResolver('Billed account. Null after its deletion.', () => Account, { nullable: true })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: Invoice): Promise<Account | null> {
    const row = await context.loaders.account.load(accountId)
    return row && toAccount(row)
  }

  @fieldResolver('Billed subscription to a plan. Null for other invoices.', () => BillingSubscription, {
    nullable: true,
  })
  async subscription(
    @Ctx() context: RequestContext,
    @Root() { provider, subscriptionId }: Invoice,
  ): Promise<BillingSubscription | null> {
    const row =
      subscriptionId && (await context.loaders.subscriptionAtProvider.load(atProvider(provider, subscriptionId)))
    const visible = row ? await visibleBillingObject(context, row) : null
    return visible && toSubscription(context, visible)
  }

  @fieldResolver(
    'Purchase that the invoice became when it was paid. Null before, and if nothing was due.',
    () => Purchase,
    {
      nullable: true,
    },
  )
  async purchase(@Ctx() context: RequestContext, @Root() { provider, externalId }: Invoice): Promise<Purchase | null> {
    const row = await context.loaders.purchaseOfInvoice.load(atProvider(provider, externalId))
    const visible = await visibleBillingObject(context, row)
    return visible && toPurchase(visible)
  }

  @fieldResolver('Line items of the invoice, in the order of the provider.', () => InvoiceLineConnection)
  async lines(
    @Root() { id, allLines }: Invoice,
    @Args(() => LinesArgs) args: PageArgs,
  ): Promise<InvoiceLineConnection> {
    const numbered = allLines.map((line, index) => ({ line, key: String(index).padStart(6, '0') }))
    const page = await pageOf(pageRequest(args, LINES_PER_PAGE), `invoice lines ${id}`, ({ key }) => [key], numbered)
    return toListPage(
      page,
      page.items.map(({ line }) => line),
    )
  }

  @fieldResolver(
    'Steps from the invoice to its payment in the order of time: failed attempts, and what happens next while it is open.',
    () => [InvoiceStep],
  )
  async timeline(@Ctx() context: RequestContext, @Root() invoice: Invoice): Promise<InvoiceStep[]> {
    const { accountId, provider, externalId, subscriptionId } = invoice
    const { loaders } = context
    const [notices, subscription, purchase] = await Promise.all([
      loaders.attemptsOfInvoice.load(noticeKey(accountId, externalId)),
      subscriptionId ? loaders.subscriptionAtProvider.load(atProvider(provider, subscriptionId)) : null,
      loaders.purchaseOfInvoice.load(atProvider(provider, externalId)),
    ])
    const paidAt = purchase?.purchasedAt ?? null
    return invoiceTimeline({ invoice, notices, subscription, paidAt, now: context.clock.now() })
  }
}
