import { Args, ArgsType, Ctx, ID, Int, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '#context/request-context.js'
import { PlanOffer } from '#schema/billing/plan-offer.type.js'
import { IntervalInput } from '#schema/catalog/interval.type.js'
import { Plan } from '#schema/catalog/plan.type.js'
import { field, fieldResolver } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { Money } from '#schema/kernel/money.type.js'
import { amountOfChange, planOffer } from '#services/billing/offers/plan-offer.js'
import { intervalWord } from '#services/catalog/products/interval.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

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
export class OfferedPlanResolver {
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
