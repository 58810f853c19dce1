import { Args, Ctx, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '#context/request-context.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { EventConnection } from '#schema/kernel/event.type.js'
import type { TwoWayPageArgs } from '#schema/kernel/page-args.js'
import { accountEvents } from '#services/identity/events/billing-events.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { EventListArgs, EVENTS_PER_PAGE, toEventPage } from '../kernel/event-lists.js'

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
