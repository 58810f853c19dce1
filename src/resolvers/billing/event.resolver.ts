import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '#context/request-context.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { field, fieldResolver, subscription } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG, STREAM_AFTER } from '#schema/kernel/descriptions.js'
import { Event, EventConnection } from '#schema/kernel/event.type.js'
import type { TwoWayPageArgs } from '#schema/kernel/page-args.js'
import { StreamItem } from '#schema/kernel/stream-item.type.js'
import { accountEvents, billingEvents } from '#services/billing/events/billing-events.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import {
  deliverEvents,
  EventListArgs,
  EVENTS_PER_PAGE,
  EventStreamArgs,
  toEventPage,
  type Subscribed,
} from '../kernel/event-lists.js'

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

@Resolver(() => AccountBilling)
export class AccountEventsResolver {
  @fieldResolver('Billing and entitlement events of the account, newest first.', () => EventConnection)
  async events(
    @Ctx() context: RequestContext,
    @Root() account: AccountBilling,
    @Args(() => EventListArgs) args: EventListArgs & TwoWayPageArgs,
  ): Promise<EventConnection> {
    return toEventPage(await accountEvents(context, account.id, args, pageRequest(args, EVENTS_PER_PAGE)))
  }
}
