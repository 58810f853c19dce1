import { Args, ArgsType, Ctx, ID, Int, Resolver, Root } from 'type-graphql'
import { PlanOffer } from '#schema/billing/plan-offer.type.js'
import { Plan } from '#schema/catalog/plan.type.js'
import { PlanFeature } from '#schema/catalog/plan-feature.type.js'
import { PlanVersion } from '#schema/catalog/plan-version.type.js'
import { IntervalInput } from '#schema/catalog/interval.type.js'
import { intervalWord } from '#services/catalog/products/interval.js'
import { Price } from '#schema/catalog/price.type.js'
import { arg, field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { Money } from '#schema/kernel/money.type.js'
import { amountOfChange, planOffer } from '#services/billing/offers/plan-offer.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { planVersions } from '#services/catalog/plans/plan-versions.js'
import { plan, visiblePlans } from '#services/catalog/plans/plans.js'
import { currencyArg, currencyOfUseArg, inactiveArg, inCurrency, versionInCurrency } from './catalog-args.js'
import type { RequestContext } from '#context/request-context.js'
import { toPlan, toPlanVersion } from './plan.mapper.js'

@ArgsType()
class OfferArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Billing interval. Default: that of the subscription, otherwise a month.', () => IntervalInput, {
    nullable: true,
  })
  interval?: IntervalInput | null

  @field('Offers the plan for its lifetime, paid once.', () => Boolean, { nullable: true, defaultValue: false })
  lifetime?: boolean | null

  @field('Quantity for a plan priced per unit. Default: that of the subscription, otherwise 1.', () => Int, {
    nullable: true,
  })
  quantity?: number | null
}

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

  @fieldResolver(
    'Offer of the plan to an account: the action of a button, its time, and the amount due now. Null for a visitor, and null with an error without `BILLING_READ` on the account.',
    () => PlanOffer,
    { nullable: true },
  )
  async offer(
    @Ctx() context: RequestContext,
    @Root() plan: Plan,
    @Args(() => OfferArgs) args: OfferArgs,
  ): Promise<PlanOffer | null> {
    if (context.caller.kind === 'anonymous') return null
    const sold = context.catalog.current().planById.get(plan.id)!
    const { action, effectiveAt, denial, amountNow, request } = await planOffer(context, sold, {
      accountId: args.accountId ?? undefined,
      interval: args.lifetime ? 'ONE_TIME' : args.interval ? intervalWord(args.interval) : null,
      quantity: args.quantity ?? null,
    })
    return {
      __typename: 'PlanOffer',
      action,
      effectiveAt,
      denial: denial && (await toDenial(context, denial)),
      knownAmount: amountNow,
      request,
    }
  }
}

@Resolver(() => PlanOffer)
export class PlanOfferResolver {
  @fieldResolver(
    'Amount due now, before tax. For an immediate change the provider calculates it. Null if nothing is due, or if the provider cannot calculate it.',
    () => Money,
    { nullable: true },
  )
  async amountNow(@Ctx() context: RequestContext, @Root() offer: PlanOffer): Promise<Money | null> {
    const amount = offer.knownAmount === undefined ? await amountOfChange(context, offer.request) : offer.knownAmount
    return amount && toMoney(amount)
  }
}
