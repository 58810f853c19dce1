import { Args, ArgsType, ID, Resolver, Root } from 'type-graphql'
import { field, subscription } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG, STREAM_AFTER } from '#schema/kernel/descriptions.js'
import { Event } from '#schema/kernel/event.type.js'
import { StreamItem } from '#schema/kernel/stream-item.type.js'
import { billingEvents } from '#services/identity/events/billing-events.js'
import { deliverEvents, EventStreamArgs, type Subscribed } from '../kernel/event-lists.js'

@ArgsType()
class BillingEventsArgs extends EventStreamArgs {
  @field(STREAM_AFTER, () => String, { nullable: true })
  after?: string | null

  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null
}

@Resolver(() => Event)
export class BillingEventsResolver {
  @subscription('Emits billing and entitlement events of an account.', () => StreamItem, {
    requires: 'BILLING_READ',
    subscribe: async ({ args, context }: Subscribed<BillingEventsArgs>) =>
      deliverEvents(context, 'billing', await billingEvents(context, args), args.after),
  })
  billingEvents(@Root() item: StreamItem, @Args(() => BillingEventsArgs) _args: BillingEventsArgs): StreamItem {
    return item
  }
}
