import { Ctx, Resolver, Root } from 'type-graphql'
import { Plan } from '#schema/catalog/plan.type.js'
import { Overage } from '#schema/entitlements/overage.type.js'
import { UsagePrice } from '#schema/entitlements/usage-price.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import type { RequestContext } from '#context/request-context.js'
import { toPlan } from '../catalog/plan.mapper.js'

function planOf({ catalog }: RequestContext, code: string | null): Plan | null {
  const plan = code === null ? undefined : catalog.current().planByCode.get(code)
  return plan ? toPlan(plan) : null
}

@Resolver(() => Overage)
class OverageResolver {
  @fieldResolver(
    'Plan that states the price, in its current version. Null if the catalog does not contain it any more.',
    () => Plan,
    { nullable: true },
  )
  plan(@Ctx() context: RequestContext, @Root() { planCode }: Overage): Plan | null {
    return planOf(context, planCode)
  }
}

@Resolver(() => UsagePrice)
class UsagePriceResolver {
  @fieldResolver(
    'Plan whose rates differ from those of the card, in its current version. Null if none, or if the catalog does not contain it any more.',
    () => Plan,
    { nullable: true },
  )
  plan(@Ctx() context: RequestContext, @Root() { planCode }: UsagePrice): Plan | null {
    return planOf(context, planCode)
  }
}

/** Resolvers of overage and of the prices of use. */
export const overageResolvers = [OverageResolver, UsagePriceResolver] as const
