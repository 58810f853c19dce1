import { Ctx, Resolver, Root } from 'type-graphql'
import { Feature } from '#schema/catalog/feature.type.js'
import { Package } from '#schema/catalog/package.type.js'
import { Plan } from '#schema/catalog/plan.type.js'
import { Price } from '#schema/catalog/price.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Product } from '#schema/catalog/product.type.js'
import { listPackages } from '#services/catalog/packages/packages-for-sale.js'
import { hasOveragePrice } from '#services/catalog/snapshot/catalog-snapshot.js'
import { isUsageAlertable } from '#services/entitlements/model/decide-usage-alerts.js'
import type { RequestContext } from '#context/request-context.js'
import { toPackage, toPlan, toProduct } from './plan.mapper.js'

/** Product by its ID. Null if the catalog has none, as for prices that are not sold any more. */
function productOf(context: RequestContext, productId: string | undefined): Product | null {
  const catalog = context.catalog.current()
  const product = productId === undefined ? undefined : catalog.productById.get(productId)
  return product ? toProduct(catalog, product) : null
}

@Resolver(() => Plan)
export class PlanEdgesResolver {
  @fieldResolver('Product that sells the plan. Null for a free plan.', () => Product, { nullable: true })
  product(@Ctx() context: RequestContext, @Root() plan: Plan): Product | null {
    return productOf(context, context.catalog.current().planById.get(plan.id)?.productId)
  }

  @fieldResolver('Packages that sell the plan, one per interval. Empty for a free plan.', () => [Package])
  packages(@Ctx() context: RequestContext, @Root() plan: Plan): Package[] {
    return listPackages(context.catalog.current(), { type: 'SUBSCRIPTION', includeInactive: false })
      .filter(({ planId }) => planId === plan.id)
      .map(toPackage)
  }
}

@Resolver(() => Package)
export class PackageEdgesResolver {
  @fieldResolver('Product that sells the package. Null if only the sales team sells it.', () => Product, {
    nullable: true,
  })
  product(@Ctx() context: RequestContext, @Root() { id, planId }: Package): Product | null {
    const catalog = context.catalog.current()
    return productOf(context, planId ? catalog.planById.get(planId)?.productId : catalog.packageById.get(id)?.productId)
  }

  @fieldResolver('Whether an account can buy the package automatically (`top_ups` of the catalog).', () => Boolean)
  autoTopUpAvailable(@Ctx() context: RequestContext, @Root() { code }: Package): boolean {
    return context.catalog.current().topUps?.packages.includes(code) ?? false
  }
}

@Resolver(() => Price)
export class PriceEdgesResolver {
  @fieldResolver('Product that the price is for. Null if the catalog does not have it any more.', () => Product, {
    nullable: true,
  })
  product(@Ctx() context: RequestContext, @Root() { id }: Price): Product | null {
    return productOf(context, context.catalog.current().priceById.get(id)?.productId)
  }
}

@Resolver(() => Feature)
export class FeatureEdgesResolver {
  @fieldResolver('Plans for sale that grant the feature, by group and rank.', () => [Plan])
  plans(@Ctx() context: RequestContext, @Root() { code }: Feature): Plan[] {
    return context.catalog
      .current()
      .plans.filter(({ active, features }) => active && features.some(({ feature }) => feature.code === code))
      .map(toPlan)
  }

  @fieldResolver('Whether an account can set a spend cap for the feature (`spend_caps` of the catalog).', () => Boolean)
  cappable(@Ctx() context: RequestContext, @Root() { code }: Feature): boolean {
    return context.catalog.current().spendCaps.includes(code)
  }

  @fieldResolver(
    'Whether an account can set a spend cap in money for the feature: it is cappable, and a plan has a price beyond its allowance.',
    () => Boolean,
  )
  cappableInMoney(@Ctx() context: RequestContext, @Root() { code }: Feature): boolean {
    const catalog = context.catalog.current()
    return catalog.spendCaps.includes(code) && hasOveragePrice(catalog, code)
  }

  @fieldResolver(
    'Whether an account can set balance alerts for the feature (`balance_alerts` of the catalog).',
    () => Boolean,
  )
  alertable(@Ctx() context: RequestContext, @Root() { code }: Feature): boolean {
    return context.catalog.current().balanceAlerts.includes(code)
  }

  @fieldResolver(
    'Whether an account can set usage alerts for the feature: it is alertable, and a quota without a sliding window.',
    () => Boolean,
  )
  usageAlertable(@Ctx() context: RequestContext, @Root() { code }: Feature): boolean {
    const catalog = context.catalog.current()
    const feature = catalog.features.get(code)
    return feature !== undefined && isUsageAlertable(catalog, feature)
  }
}
