import { mutationArgs, keyedInput } from '#schema/kernel/mutation-arguments.js'
import { CheckoutPayload, Checkout } from '#schema/billing/checkout.type.js'
import { PurchasePayload, Purchase, PurchaseConnection, PurchaseFilter, Refund } from '#schema/billing/purchase.type.js'
import type { GraphQLResolveInfo } from 'graphql'
import { Args, ArgsType, Ctx, Info, Resolver, Root } from 'type-graphql'
import { Invoice, INVOICE_COUNT, InvoiceConnection, InvoiceFilter } from '#schema/billing/invoice.type.js'
import { PurchasePackageInput, RefundPurchaseArgs } from '#schema/billing/purchase.input.js'
import { BillingSubscription } from '#schema/billing/billing-subscription.type.js'
import { Dispute } from '#schema/billing/dispute.type.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { Account } from '#schema/identity/account.type.js'
import { field, fieldResolver } from '#schema/kernel/decorators.js'
import { Money } from '#schema/kernel/money.type.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { personal } from '#schema/kernel/personal.js'
import { Url } from '#schema/kernel/scalars.js'
import { Product } from '#schema/catalog/product.type.js'
import { purchasePackage } from '#services/billing/checkout/purchase-package.js'
import { invoicesOf, lifetimePaid, purchasesOf } from '#services/billing/model/purchase-queries.js'
import { atProvider } from '#services/billing/model/billing-links.js'
import { visibleBillingObject } from '#services/billing/queries/visible-billing.js'
import { refundPurchase } from '#services/billing/refunds/refund-purchase.js'
import { monthlyRecurring } from '#services/billing/subscriptions/monthly-recurring.js'
import { receiptUrlOf } from '#services/billing/model/own-receipt.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { countedResolver } from '../kernel/counted.resolver.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toCountedConnection, toSelectedConnection } from '../kernel/page.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toCheckout } from './checkout.mapper.js'
import { toDispute, toInvoice, toPurchase, toRefund } from './purchase.mapper.js'
import { toSubscription } from './subscription.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'
import { auditedPurchase } from '#services/billing/audit/billing-audited.js'

const PER_PAGE = 20

@ArgsType()
class InvoicesArgs extends pageArgs(PER_PAGE) {
  @field('Invoices to return. Default: all.', () => InvoiceFilter, { nullable: true })
  filter?: InvoiceFilter | null
}

@ArgsType()
class PurchasesArgs extends pageArgs(PER_PAGE) {
  @field('Purchases to return. Default: all.', () => PurchaseFilter, { nullable: true })
  filter?: PurchaseFilter | null
}

@Resolver(() => Purchase)
export class PurchaseResolver {
  @mutation(
    'Starts a checkout for a package and returns its payment page. An account has at most one open checkout per package.',
    { payload: () => CheckoutPayload, permission: 'BILLING_MANAGE', moves: 'money' },
  )
  purchasePackage(
    @Ctx() context: RequestContext,
    @keyedInput('Package, payer and payment options.', () => PurchasePackageInput) input: PurchasePackageInput,
  ) {
    return unlessDenied(purchasePackage(context, input), (outcome) => toCheckout(context, outcome.checkout))
  }

  @mutation('Refunds a purchase fully or partially and revokes the matching share of what it granted.', {
    payload: () => PurchasePayload,
    permission: 'OPS_WRITE',
    moves: 'money',
    audited: auditedPurchase,
  })
  refundPurchase(@Ctx() context: RequestContext, @mutationArgs(() => RefundPurchaseArgs) input: RefundPurchaseArgs) {
    return unlessDenied(refundPurchase(context, input), (outcome) => toPurchase(outcome.purchase))
  }

  @fieldResolver('The purchased product.', () => Product)
  product(@Ctx() context: RequestContext, @Root() purchase: Purchase): Product {
    const catalog = context.catalog.current()
    return toProduct(catalog, catalog.productById.get(purchase.productId)!)
  }

  @fieldResolver(
    'Receipt. At Stripe a page; for PayPal a PDF of this server, which requires the bearer of a caller that can read the purchase. Null before the payment, and if nothing was charged.',
    () => Url,
    { nullable: true },
  )
  @personal('hidden')
  receiptUrl(@Ctx() { config }: RequestContext, @Root() purchase: Purchase): string | null {
    return receiptUrlOf(config, { ...purchase, receiptUrl: purchase.providerReceiptUrl })
  }

  @fieldResolver('Account that paid. Null after its deletion.', () => Account, { nullable: true })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: Purchase): Promise<Account | null> {
    const row = await context.loaders.account.load(accountId)
    return row && toAccount(row)
  }

  @fieldResolver(
    'Checkout that led to the purchase. Null for renewals and changes of a subscription.',
    () => Checkout,
    {
      nullable: true,
    },
  )
  async checkout(@Ctx() context: RequestContext, @Root() { checkoutId }: Purchase): Promise<Checkout | null> {
    const row = checkoutId && (await context.loaders.checkout.load(checkoutId))
    const visible = row ? await visibleBillingObject(context, row) : null
    return visible && toCheckout(context, visible)
  }

  @fieldResolver('Invoice that the payment belongs to. Null for one-time products.', () => Invoice, { nullable: true })
  async invoice(@Ctx() context: RequestContext, @Root() { provider, invoiceId }: Purchase): Promise<Invoice | null> {
    const row = invoiceId && (await context.loaders.invoiceAtProvider.load(atProvider(provider, invoiceId)))
    const visible = row ? await visibleBillingObject(context, row) : null
    return visible && toInvoice(visible)
  }

  @fieldResolver(
    'Subscription to a plan that the payment belongs to. Null for other products.',
    () => BillingSubscription,
    {
      nullable: true,
    },
  )
  async subscription(
    @Ctx() context: RequestContext,
    @Root() { provider, subscriptionId }: Purchase,
  ): Promise<BillingSubscription | null> {
    const row =
      subscriptionId && (await context.loaders.subscriptionAtProvider.load(atProvider(provider, subscriptionId)))
    const visible = row ? await visibleBillingObject(context, row) : null
    return visible && toSubscription(context, visible)
  }

  @fieldResolver('Refunds of the purchase, oldest first.', () => [Refund])
  async refunds(@Ctx() context: RequestContext, @Root() purchase: Purchase): Promise<Refund[]> {
    return (await context.loaders.refundsOfPurchase.load(purchase.id)).map(toRefund)
  }

  @fieldResolver('Disputes of the payment, oldest first.', () => [Dispute])
  async disputes(@Ctx() context: RequestContext, @Root() purchase: Purchase): Promise<Dispute[]> {
    return (await context.loaders.disputesOfPurchase.load(purchase.id)).map(toDispute)
  }
}

@Resolver(() => AccountBilling)
export class AccountPurchasesResolver {
  @fieldResolver('Purchases of the account, newest first.', () => PurchaseConnection)
  async purchases(
    @Ctx() context: RequestContext,
    @Root() account: AccountBilling,
    @Args(() => PurchasesArgs) args: PurchasesArgs & PageArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PurchaseConnection> {
    const page = await purchasesOf(context, account.id, pageRequest(args, PER_PAGE), args)
    return toSelectedConnection(info, page, page.items.map(toPurchase))
  }

  @fieldResolver(
    'Sum of all purchases less refunds and lost disputes, for each currency. Empty before the first payment.',
    () => [Money],
  )
  async lifetimePaid(@Ctx() { database }: RequestContext, @Root() { id }: AccountBilling): Promise<Money[]> {
    return (await lifetimePaid(database, id)).map(toMoney)
  }

  @fieldResolver(
    'Monthly recurring revenue of the account now, for each currency: its part of the metric `MRR`. Empty without a recurring amount.',
    () => [Money],
  )
  async monthlyRecurring(@Ctx() { database, clock }: RequestContext, @Root() { id }: AccountBilling): Promise<Money[]> {
    return (await monthlyRecurring(database, id, clock.now())).map(toMoney)
  }

  @fieldResolver(
    "Invoices of the account's subscriptions, newest first. That of a renewal appears when the provider collects it, at Stripe about an hour after its period began.",
    () => InvoiceConnection,
  )
  async invoices(
    @Ctx() context: RequestContext,
    @Root() account: AccountBilling,
    @Args(() => InvoicesArgs) args: InvoicesArgs & PageArgs,
  ): Promise<InvoiceConnection> {
    const page = await invoicesOf(context, account.id, args.filter ?? {}, pageRequest(args, PER_PAGE))
    return toCountedConnection(page, page.items.map(toInvoice))
  }
}

export const InvoiceCountResolver = countedResolver(InvoiceConnection, INVOICE_COUNT)
