import { Ctx, Resolver, Root } from 'type-graphql'
import { BillingSubscription, SubscriptionItem } from '#schema/billing/billing-subscription.type.js'
import { Package } from '#schema/catalog/package.type.js'
import { Account } from '#schema/identity/account.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Product } from '#schema/marketplace/product.type.js'
import { packageById } from '#services/catalog/packages/packages-for-sale.js'
import { visibleAccount } from '#services/identity/guard/guard.js'
import { toPackage, toProduct } from '../catalog/plan.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toSubscription } from './subscription.mapper.js'

@Resolver(() => Account)
export class AccountSubscriptionResolver {
  @fieldResolver('Current subscription. Null if there is none.', () => BillingSubscription, { nullable: true })
  async subscription(@Ctx() context: RequestContext, @Root() account: Account): Promise<BillingSubscription | null> {
    if (!(await visibleAccount(context, account.id, 'billing:read'))) return null
    const row = await context.loaders.liveSubscriptionOfAccount.load(account.id)
    return row && toSubscription(context, row)
  }
}

@Resolver(() => SubscriptionItem)
export class SubscriptionItemResolver {
  @fieldResolver('Product of the item.', () => Product)
  product(@Ctx() context: RequestContext, @Root() item: SubscriptionItem): Product {
    const catalog = context.catalog.current()
    return toProduct(catalog, catalog.productById.get(item.productId)!)
  }

  @fieldResolver("Package of an add-on. Null for the plan's item.", () => Package, {
    nullable: true,
  })
  package(@Ctx() context: RequestContext, @Root() item: SubscriptionItem): Package | null {
    const sold = item.packageId ? packageById(context.catalog.current(), item.packageId) : null
    return sold && toPackage(sold)
  }
}
