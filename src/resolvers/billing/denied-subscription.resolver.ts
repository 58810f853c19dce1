import { Ctx, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '#context/request-context.js'
import { BillingSubscription } from '#schema/billing/billing-subscription.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Denial } from '#schema/kernel/denial.type.js'
import type { SubscriptionConflict } from '#services/billing/model/subscription-conflict.js'
import type { Denial as DenialValue } from '#services/kernel/denials/denial.js'
import { toSubscription } from './subscription.mapper.js'

@Resolver(() => Denial)
export class DeniedSubscriptionResolver {
  @fieldResolver('Existing subscription that forbids the request. Null if none does.', () => BillingSubscription, {
    nullable: true,
  })
  subscription(@Ctx() context: RequestContext, @Root() { source }: Denial) {
    return isConflict(source) ? toSubscription(context, source.subscription) : null
  }
}

const isConflict = (denial: DenialValue): denial is SubscriptionConflict => denial.__typename === 'SubscriptionConflict'
