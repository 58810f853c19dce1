import { Ctx, Resolver, Root } from 'type-graphql'
import { Package, PackageType } from '#schema/catalog/package.type.js'
import { Plan } from '#schema/catalog/plan.type.js'
import { Price } from '#schema/catalog/price.type.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { visiblePackage, visiblePackages } from '#services/catalog/packages/packages.js'
import type { RequestContext } from '#context/request-context.js'
import { currencyArg, inactiveArg, inCurrency } from './catalog-args.js'
import { toPackage, toPlan } from './plan.mapper.js'

@Resolver(() => Package)
export class PackageResolver {
  @query('Packages for sale. Public.', () => [Package])
  packages(
    @Ctx() context: RequestContext,
    @arg('type', 'Kind of package to return. Default: all.', () => PackageType, { nullable: true })
    type: PackageType | null,
    @inactiveArg() includeInactive: boolean | null,
  ): Package[] {
    return visiblePackages(context, { type, includeInactive: includeInactive ?? false }).map(toPackage)
  }

  @query(
    'Package by code, or by code and interval as in `professional_monthly`. The code of a plan alone returns a package with all its intervals, which is in no list. Null if it does not exist.',
    () => Package,
    { nullable: true },
  )
  package(
    @Ctx() context: RequestContext,
    @arg('code', 'Code of the package.', () => String) code: string,
  ): Package | null {
    const sold = visiblePackage(context, code)
    return sold && toPackage(sold)
  }

  @fieldResolver('Prices of the package.', () => [Price])
  prices(@Root() of: Package, @currencyArg() currency: string | null): readonly Price[] {
    return inCurrency(of.allPrices, currency)
  }

  @fieldResolver('Plan that a package of type SUBSCRIPTION sells. Null for other types.', () => Plan, {
    nullable: true,
  })
  plan(@Ctx() context: RequestContext, @Root() of: Package): Plan | null {
    const plan = of.planId ? context.catalog.current().planById.get(of.planId) : undefined
    return plan ? toPlan(plan) : null
  }
}
