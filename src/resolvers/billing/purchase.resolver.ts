import { Args, ArgsType, Ctx, Int, Resolver, Root } from 'type-graphql'
import { InvoiceConnection } from '../../schema/billing/invoice.type.js'
import { PurchaseResult, RefundResult } from '../../schema/billing/purchase-result.type.js'
import { PurchasePackageInput, RefundPurchaseInput } from '../../schema/billing/purchase.input.js'
import { Purchase, PurchaseConnection } from '../../schema/billing/purchase.type.js'
import { Account } from '../../schema/identity/account.type.js'
import { arg, field, fieldResolver, mutation } from '../../schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '../../schema/kernel/page-args.js'
import { Product } from '../../schema/marketplace/product.type.js'
import { purchasePackage } from '../../services/billing/checkout/purchase-package.js'
import { invoicesOf, purchasesOf } from '../../services/billing/purchases/purchase-queries.js'
import { refundPurchase } from '../../services/billing/refunds/refund-purchase.js'
import { pageRequest } from '../../services/kernel/paging/page.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import type { RequestContext } from '../../context/request-context.js'
import { toCheckout } from './checkout.mapper.js'
import { toInvoice, toPurchase } from './purchase.mapper.js'

const PER_PAGE = 20
const InvoicesArgs = pageArgs(PER_PAGE)

@ArgsType()
class PurchasesArgs extends pageArgs(PER_PAGE) {
  @field('How many at most, for clients that count rows; instead of `first`.', () => Int, { nullable: true })
  limit?: number | null

  @field('How many to skip from the newest on; not together with `after`.', () => Int, { nullable: true })
  offset?: number | null
}

@Resolver(() => Purchase)
export class PurchaseResolver {
  @mutation(
    'Begins to buy a package: answers with the page to send the buyer to. One open checkout per account and package.',
    () => PurchaseResult,
  )
  async purchasePackage(
    @Ctx() context: RequestContext,
    @arg('input', 'Which package to buy, and how to pay.', () => PurchasePackageInput) input: PurchasePackageInput,
  ): Promise<PurchaseResult> {
    const outcome = await purchasePackage(context, input)
    return outcome.kind === 'checkout' ? toCheckout(context, outcome.checkout) : toDenial(context, outcome.denial)
  }

  @mutation(
    'Gives back a purchase or a part of it, and takes back what that part had bought. For operators.',
    () => RefundResult,
  )
  async refundPurchase(
    @Ctx() context: RequestContext,
    @arg('input', 'What to give back, and why.', () => RefundPurchaseInput) input: RefundPurchaseInput,
  ): Promise<RefundResult> {
    const outcome = await refundPurchase(context, input)
    return outcome.kind === 'purchase' ? toPurchase(outcome.purchase) : toDenial(context, outcome.denial)
  }

  @fieldResolver('What was bought.', () => Product)
  product(@Ctx() context: RequestContext, @Root() purchase: Purchase): Product {
    const catalog = context.catalog.current()
    return toProduct(catalog, catalog.productById.get(purchase.productId)!)
  }
}

@Resolver(() => Account)
export class AccountPurchasesResolver {
  @fieldResolver(
    'What the account has bought, newest first; by cursor, or by `limit` and `offset`.',
    () => PurchaseConnection,
  )
  async purchases(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @Args(() => PurchasesArgs) args: PurchasesArgs & PageArgs,
  ): Promise<PurchaseConnection> {
    const { limit = null, offset = null } = args
    const page = await purchasesOf(context, account.id, pageRequest(args, PER_PAGE), { limit, offset })
    return { ...toConnection(page, page.items.map(toPurchase)), totalCount: page.totalCount }
  }

  @fieldResolver("The invoices of the account's subscriptions, newest first.", () => InvoiceConnection)
  async invoices(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @Args(() => InvoicesArgs) args: PageArgs,
  ): Promise<InvoiceConnection> {
    const page = await invoicesOf(context, account.id, pageRequest(args, PER_PAGE))
    return toConnection(page, page.items.map(toInvoice))
  }
}
