import { Ctx, Resolver, Root } from 'type-graphql'
import { Plan } from '#schema/catalog/plan.type.js'
import { PlanFeature } from '#schema/catalog/plan-feature.type.js'
import { PlanVersion } from '#schema/catalog/plan-version.type.js'
import { Price } from '#schema/catalog/price.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { holderCount } from '#services/entitlements/plans/plan-holders.js'
import type { RequestContext } from '#context/request-context.js'
import { currencyArg, currencyOfUseArg, inCurrency, versionInCurrency } from './catalog-args.js'
import { toPlan, toPlanVersion } from './plan.mapper.js'
import { SafeInt } from '#schema/kernel/scalars.js'

@Resolver(() => PlanVersion)
export class PlanVersionResolver {
  @fieldResolver('The plan in its current version.', () => Plan)
  plan(@Ctx() context: RequestContext, @Root() version: PlanVersion): Plan {
    return toPlan(context.catalog.current().planById.get(version.planId)!)
  }

  @fieldResolver('Whether the plan is sold in this version.', () => Boolean)
  current(@Ctx() context: RequestContext, @Root() version: PlanVersion): boolean {
    return context.catalog.current().planById.get(version.planId)!.versionId === version.id
  }

  @fieldResolver(
    'Number of accounts that hold the version by a subscription, a purchase or an operator. A default plan needs none of them.',
    () => SafeInt,
    { nullable: true },
  )
  @requires('OPS_READ')
  holderCount(@Ctx() context: RequestContext, @Root() version: PlanVersion): Promise<number> {
    return holderCount(context, version.id, (id) => context.loaders.versionHolders.load(id))
  }

  @fieldResolver('Prices of the version, one per interval and currency. Empty for a free plan.', () => [Price])
  prices(@Root() version: PlanVersion, @currencyArg() currency: string | null): readonly Price[] {
    return inCurrency(version.allPrices, currency)
  }

  @fieldResolver('Features granted by the version.', () => [PlanFeature])
  features(
    @Ctx() context: RequestContext,
    @Root() version: PlanVersion,
    @currencyOfUseArg() currency: string | null,
  ): readonly PlanFeature[] {
    return currency ? toPlanVersion(versionInCurrency(context, version.id, currency)).features : version.features
  }
}
