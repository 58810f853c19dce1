import type { GraphQLResolveInfo } from 'graphql'
import { Args, ArgsType, Ctx, Info, Resolver } from 'type-graphql'
import { field, query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { SubscriptionFilter } from '#schema/billing/billing-subscription.type.js'
import { BillingSubscriptionConnection, SubscriptionOrder } from '#schema/billing/subscription-list.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { subscriptions } from '#services/billing/queries/subscriptions.js'
import type { RequestContext } from '#context/request-context.js'
import { toSubscription } from './subscription.mapper.js'
import { toSelectedConnection } from '../kernel/page.mapper.js'

const PER_PAGE = 50

@ArgsType()
class SubscriptionsArgs extends pageArgs(PER_PAGE) {
  @field('Conditions. Default: none.', () => SubscriptionFilter, { nullable: true })
  filter?: SubscriptionFilter | null

  @field('Order of the list.', () => SubscriptionOrder, { nullable: true, defaultValue: 'NEWEST' })
  orderBy?: SubscriptionOrder | null
}

@Resolver()
export class SubscriptionsResolver {
  @query('Subscriptions to plans of the installation.', () => BillingSubscriptionConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async subscriptions(
    @Ctx() context: RequestContext,
    @Args(() => SubscriptionsArgs) args: SubscriptionsArgs & PageArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BillingSubscriptionConnection> {
    const page = await subscriptions(context, args, pageRequest(args, PER_PAGE))
    return toSelectedConnection(info, page, await Promise.all(page.items.map((row) => toSubscription(context, row))))
  }
}
