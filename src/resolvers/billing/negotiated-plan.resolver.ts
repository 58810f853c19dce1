import { AccountBilling } from '#schema/identity/account-groups.type.js'
import {
  NegotiatedPlanPayload,
  NegotiatedPlanConnection,
  OfferNegotiatedPlanInput,
  WithdrawNegotiatedPlanArgs,
} from '#schema/billing/negotiated-plan.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { negotiatedPlans } from '#services/billing/model/negotiated-plans.js'
import { offerNegotiatedPlan } from '#services/billing/negotiated-plans/offer-negotiated-plan.js'
import { withdrawNegotiatedPlan } from '#services/billing/negotiated-plans/withdraw-negotiated-plan.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toNegotiatedPlan } from './negotiated-plan.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

const PLANS_PER_PAGE = 20

@ArgsType()
class NegotiatedPlansArgs extends pageArgs(PLANS_PER_PAGE) {}

@Resolver(() => AccountBilling)
export class NegotiatedPlanResolver {
  @mutation(
    'Offers an account a plan at a price of its own, with an end. The account accepts it with `startSubscription` or `changePlan`.',
    { payload: () => NegotiatedPlanPayload, permission: 'OPS_WRITE', moves: 'money' },
  )
  offerNegotiatedPlan(
    @Ctx() context: RequestContext,
    @keyedInput('Account, plan, price and end.', () => OfferNegotiatedPlanInput) input: OfferNegotiatedPlanInput,
  ) {
    return unlessDenied(offerNegotiatedPlan(context, input), (outcome) => toNegotiatedPlan(context, outcome.row)!)
  }

  @mutation('Withdraws a negotiated plan that was not accepted, and closes pages on which it could be paid.', {
    payload: () => NegotiatedPlanPayload,
    permission: 'OPS_WRITE',
    moves: 'money',
  })
  withdrawNegotiatedPlan(
    @Ctx() context: RequestContext,
    @mutationArgs(() => WithdrawNegotiatedPlanArgs)
    input: WithdrawNegotiatedPlanArgs,
  ) {
    return unlessDenied(withdrawNegotiatedPlan(context, input), (outcome) => toNegotiatedPlan(context, outcome.row)!)
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
