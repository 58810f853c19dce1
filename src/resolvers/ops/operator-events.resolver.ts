import { Args, Resolver, Root } from 'type-graphql'
import { subscription } from '#schema/kernel/decorators.js'
import { Event } from '#schema/kernel/event.type.js'
import { StreamItem } from '#schema/kernel/stream-item.type.js'
import { operatorEvents } from '#services/ops/operator-events/operator-events.js'
import { deliverAfterState, ResyncedEventsArgs, type Subscribed } from '../kernel/event-lists.js'

@Resolver(() => Event)
export class OperatorEventsResolver {
  @subscription('Emits what needs an operator in all accounts.', () => StreamItem, {
    requires: 'OPS_READ',
    subscribe: async ({ args, context }: Subscribed<ResyncedEventsArgs>) =>
      deliverAfterState(context, 'operators', await operatorEvents(context, args), args.after),
  })
  operatorEvents(@Root() item: StreamItem, @Args(() => ResyncedEventsArgs) _args: ResyncedEventsArgs): StreamItem {
    return item
  }
}
