import { Ctx, Resolver, Root } from 'type-graphql'
import { Plan } from '#schema/catalog/plan.type.js'
import { PlanFeature } from '#schema/catalog/plan-feature.type.js'
import { PlanVersion } from '#schema/catalog/plan-version.type.js'
import { Price } from '#schema/catalog/price.type.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { Money } from '#schema/kernel/money.type.js'
import { planVersions } from '#services/catalog/plans/plan-versions.js'
import { plan, visiblePlans } from '#services/catalog/plans/plans.js'
import { currencyArg, currencyOfUseArg, inactiveArg, inCurrency, versionInCurrency } from './catalog-args.js'
import type { RequestContext } from '#context/request-context.js'
import { toPlan, toPlanVersion } from './plan.mapper.js'

@Resolver(() => Plan)
export class PlanResolver {
  @query('Plans for sale, by rank. Public.', () => [Plan])
  plans(@Ctx() context: RequestContext, @inactiveArg() includeInactive: boolean | null): Plan[] {
    return visiblePlans(context, includeInactive ?? false).map(toPlan)
  }

  @query('Plan by code, for sale or not. Null if it does not exist.', () => Plan, { nullable: true })
  plan(@Ctx() context: RequestContext, @arg('code', 'Code of the plan.', () => String) code: string): Plan | null {
    const found = plan(context, code)
    return found && toPlan(found)
  }

  @fieldResolver('Prices of the plan, one per interval and currency. Empty for a free plan.', () => [Price])
  prices(@Root() plan: Plan, @currencyArg() currency: string | null): readonly Price[] {
    return inCurrency(plan.allPrices, currency)
  }

  @fieldResolver('Features granted by the plan.', () => [PlanFeature])
  features(
    @Ctx() context: RequestContext,
    @Root() plan: Plan,
    @currencyOfUseArg() currency: string | null,
  ): readonly PlanFeature[] {
    return currency ? toPlan(versionInCurrency(context, plan.versionId, currency)).features : plan.features
  }

  @fieldResolver(
    'Cost of use beyond the allowances at which it is invoiced before its window ends. Null: it is invoiced when the window ends.',
    () => Money,
    { nullable: true },
  )
  overageThreshold(
    @Ctx() context: RequestContext,
    @Root() plan: Plan,
    @currencyOfUseArg() currency: string | null,
  ): Money | null {
    return currency
      ? toPlan(versionInCurrency(context, plan.versionId, currency)).overageThreshold
      : plan.overageThreshold
  }

  @fieldResolver('The version that is sold now.', () => PlanVersion)
  currentVersion(@Ctx() context: RequestContext, @Root() plan: Plan): PlanVersion {
    return toPlanVersion(context.catalog.current().planByVersionId.get(plan.versionId)!)
  }

  @fieldResolver('All versions of the plan, newest first.', () => [PlanVersion], {
    nullable: true,
  })
  @requires('OPS_READ')
  versions(@Ctx() context: RequestContext, @Root() plan: Plan): PlanVersion[] {
    return planVersions(context, plan.id).map(toPlanVersion)
  }
}
