import { requires } from '#schema/kernel/requires.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { NegotiatedPlanPayload } from '#schema/billing/negotiated-plan.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import {
  NegotiatedPlanConnection,
  type NegotiatedPlan,
  OfferNegotiatedPlanInput,
  WithdrawNegotiatedPlanArgs,
} from '#schema/billing/negotiated-plan.type.js'
import { fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { negotiatedPlans } from '#services/billing/model/negotiated-plans.js'
import {
  offerNegotiatedPlan,
  type NegotiatedPlanOutcome,
} from '#services/billing/negotiated-plans/offer-negotiated-plan.js'
import { withdrawNegotiatedPlan } from '#services/billing/negotiated-plans/withdraw-negotiated-plan.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toNegotiatedPlan } from './negotiated-plan.mapper.js'

const toResult = (context: RequestContext, outcome: NegotiatedPlanOutcome) =>
  outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toNegotiatedPlan(context, outcome.row)!

const PLANS_PER_PAGE = 20

@ArgsType()
class NegotiatedPlansArgs extends pageArgs(PLANS_PER_PAGE) {}

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

  @fieldResolver('Plans at a price of the account, newest first.', () => NegotiatedPlanConnection)
  async negotiatedPlans(
    @Ctx() context: RequestContext,
    @Root() account: AccountBilling,
    @Args(() => NegotiatedPlansArgs) args: PageArgs,
  ): Promise<NegotiatedPlanConnection> {
    const page = await negotiatedPlans(context, account.id, pageRequest(args, PLANS_PER_PAGE))
    const pairs = page.items.flatMap((row, index) => {
      const node = toNegotiatedPlan(context, row)
      return node ? [{ node, cursor: page.cursors[index]! }] : []
    })
    return toConnection(
      { ...page, cursors: pairs.map(({ cursor }) => cursor) },
      pairs.map(({ node }) => node),
    )
  }
}
