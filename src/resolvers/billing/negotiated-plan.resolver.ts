import { requires } from '#schema/kernel/requires.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { NegotiatedPlanPayload } from '#schema/billing/negotiated-plan.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import type { NegotiatedPlanRow } from '#entities/billing/negotiated-plan.entity.js'
import {
  NegotiatedPlan,
  OfferNegotiatedPlanInput,
  WithdrawNegotiatedPlanArgs,
} from '#schema/billing/negotiated-plan.type.js'
import { fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { negotiatedPlans, ordinaryPrice, statusOf, termsOf } from '#services/billing/model/negotiated-plans.js'
import {
  offerNegotiatedPlan,
  type NegotiatedPlanOutcome,
} from '#services/billing/negotiated-plans/offer-negotiated-plan.js'
import { withdrawNegotiatedPlan } from '#services/billing/negotiated-plans/withdraw-negotiated-plan.js'
import type { RequestContext } from '#context/request-context.js'
import { toCurrentPlan } from '../catalog/plan.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toPrice } from '../kernel/price.mapper.js'

function toNegotiatedPlan({ catalog, clock }: RequestContext, row: NegotiatedPlanRow): NegotiatedPlan | null {
  const current = catalog.current()
  const terms = termsOf(current, row)
  if (!terms) return null
  const { plan, price, quantity } = terms
  const ordinary = ordinaryPrice(current, terms)
  const { id, periods, until, endsAt, acceptUntil, reason, offeredAt, startedAt, endedAt } = row
  return {
    __typename: 'NegotiatedPlan',
    id,
    status: statusOf(row, clock.now()),
    plan: toCurrentPlan(current, plan),
    price: toPrice(price),
    quantity,
    ordinaryPrice: ordinary && toPrice(ordinary),
    periods,
    endsAt: endsAt ?? until,
    expiresAt: acceptUntil,
    reason,
    createdAt: offeredAt,
    startedAt,
    endedAt,
  }
}

const toResult = (context: RequestContext, outcome: NegotiatedPlanOutcome) =>
  outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toNegotiatedPlan(context, outcome.row)!

@Resolver(() => AccountBilling)
export class NegotiatedPlanResolver {
  @mutation(
    'Offers an account a plan at a price of its own, with an end. The account accepts it with `startSubscription` or `changePlan`.',
    () => NegotiatedPlanPayload,
  )
  @requires('OPS_WRITE')
  async offerNegotiatedPlan(
    @Ctx() context: RequestContext,
    @keyedInput('Account, plan, price and end.', () => OfferNegotiatedPlanInput) input: OfferNegotiatedPlanInput,
  ): Promise<NegotiatedPlan | Denial> {
    return toResult(context, await offerNegotiatedPlan(context, input))
  }

  @mutation(
    'Withdraws a negotiated plan that was not accepted, and closes pages on which it could be paid.',
    () => NegotiatedPlanPayload,
  )
  @requires('OPS_WRITE')
  async withdrawNegotiatedPlan(
    @Ctx() context: RequestContext,
    @mutationArgs(() => WithdrawNegotiatedPlanArgs)
    input: WithdrawNegotiatedPlanArgs,
  ): Promise<NegotiatedPlan | Denial> {
    return toResult(context, await withdrawNegotiatedPlan(context, input))
  }

  @fieldResolver('Plans at a price of the account, newest first, at most 100.', () => [NegotiatedPlan])
  async negotiatedPlans(@Ctx() context: RequestContext, @Root() account: AccountBilling): Promise<NegotiatedPlan[]> {
    const rows = await negotiatedPlans(context, account.id)
    return rows.flatMap((row) => toNegotiatedPlan(context, row) ?? [])
  }
}
