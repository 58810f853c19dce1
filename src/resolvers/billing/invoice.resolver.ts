import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import { BillingSubscription } from '#schema/billing/billing-subscription.type.js'
import { Invoice, InvoiceLineConnection, InvoiceStep } from '#schema/billing/invoice.type.js'
import { Purchase } from '#schema/billing/purchase.type.js'
import { Account } from '#schema/identity/account.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { personal } from '#schema/kernel/personal.js'
import { Url } from '#schema/kernel/scalars.js'
import { pageOf, pageRequest } from '#services/kernel/paging/page.js'
import { toListPage } from '../kernel/page.mapper.js'
import { invoiceTimeline, noticeKey } from '#services/billing/invoices/invoice-timeline.js'
import { atProvider } from '#services/billing/model/billing-links.js'
import { hasOwnReceipt, receiptNumberOf, receiptUrlOf } from '#services/billing/model/own-receipt.js'
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

  @fieldResolver(
    'PDF of the invoice; for PayPal the receipt of its purchase, which requires the bearer of a caller that can read it. Null if none.',
    () => Url,
    { nullable: true },
  )
  @personal('hidden')
  async pdfUrl(@Ctx() context: RequestContext, @Root() invoice: Invoice): Promise<string | null> {
    const purchase = invoice.providerPdfUrl ? null : await purchaseWithReceipt(context, invoice)
    return purchase ? receiptUrlOf(context.config, purchase) : invoice.providerPdfUrl
  }

  @fieldResolver('Invoice number; for PayPal that of the receipt. Null for a draft.', () => String, { nullable: true })
  async number(@Ctx() context: RequestContext, @Root() invoice: Invoice): Promise<string | null> {
    const purchase = invoice.providerNumber ? null : await purchaseWithReceipt(context, invoice)
    return purchase ? receiptNumberOf(purchase) : invoice.providerNumber
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
    const [notices, subscription] = await Promise.all([
      loaders.attemptsOfInvoice.load(noticeKey(accountId, externalId)),
      subscriptionId ? loaders.subscriptionAtProvider.load(atProvider(provider, subscriptionId)) : null,
    ])
    return invoiceTimeline({ invoice, notices, subscription, now: context.clock.now() })
  }
}

/** The purchase of an invoice whose receipt this server writes. */
async function purchaseWithReceipt(
  { loaders }: RequestContext,
  { provider, externalId }: Invoice,
): Promise<PurchaseRow | null> {
  const purchase = provider === 'PAYPAL' ? await loaders.purchaseOfInvoice.load(atProvider(provider, externalId)) : null
  return purchase && hasOwnReceipt(purchase) ? purchase : null
}
