import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { BillingEvent, BillingEventConnection, type BillingStreamItem } from '#schema/billing/billing-event.type.js'
import { Account } from '#schema/identity/account.type.js'
import { field, fieldResolver, subscription } from '#schema/kernel/decorators.js'
import {
  ACCOUNT_ARG,
  ACCOUNT_EXTERNAL_ID,
  EVENT_TYPES,
  EXCEPT_EVENT_TYPES,
  STREAM_AFTER,
} from '#schema/kernel/descriptions.js'
import { Node } from '#schema/kernel/node.type.js'
import { twoWayPageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { BillingStream } from '#schema/kernel/stream-event.type.js'
import { accountEvents, billingEvents } from '#services/billing/events/billing-events.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { toAccount } from '../identity/account.mapper.js'
import { loadNode } from '../kernel/load-node.js'
import { toConnection } from '../kernel/page.mapper.js'
import { deliver } from '../kernel/stream.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toBillingEvent } from './billing-event.mapper.js'

const EVENTS_PER_PAGE = 50

@ArgsType()
class EventsArgs extends twoWayPageArgs(EVENTS_PER_PAGE) {
  @field(EVENT_TYPES, () => [String], { nullable: true })
  types?: string[] | null

  @field(EXCEPT_EVENT_TYPES, () => [String], { nullable: true })
  except?: string[] | null
}

@ArgsType()
class BillingEventsArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(STREAM_AFTER, () => String, { nullable: true })
  after?: string | null

  @field(EVENT_TYPES, () => [String], { nullable: true })
  types?: string[] | null

  @field(EXCEPT_EVENT_TYPES, () => [String], { nullable: true })
  except?: string[] | null
}

const subscribe = async (context: RequestContext, args: BillingEventsArgs) =>
  deliver(context, 'billing', await billingEvents(context, args), toBillingEvent)

@Resolver(() => BillingEvent)
export class BillingEventResolver {
  @subscription('Emits billing and entitlement events of an account.', () => BillingStream, {
    subscribe: ({ args, context }: { args: BillingEventsArgs; context: RequestContext }) => subscribe(context, args),
  })
  billingEvents(
    @Root() event: BillingStreamItem,
    @Args(() => BillingEventsArgs) _args: BillingEventsArgs,
  ): BillingStreamItem {
    return event
  }

  @fieldResolver('Account the event belongs to.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() event: BillingEvent): Promise<Account> {
    return toAccount((await context.loaders.account.load(event.accountId))!)
  }

  @fieldResolver(ACCOUNT_EXTERNAL_ID, () => String)
  async accountExternalId(@Ctx() context: RequestContext, @Root() event: BillingEvent): Promise<string> {
    return (await context.loaders.account.load(event.accountId))!.externalId
  }

  @fieldResolver('Current state of the object the event is about. Null if there is none.', () => Node, {
    nullable: true,
  })
  subject(@Ctx() context: RequestContext, @Root() event: BillingEvent): Promise<Node | null> | null {
    return event.subjectId ? loadNode(context, event.subjectId) : null
  }
}

@Resolver(() => Account)
export class AccountEventsResolver {
  @fieldResolver('Billing and entitlement events of the account, newest first.', () => BillingEventConnection, {
    nullable: true,
  })
  async events(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @Args(() => EventsArgs) args: EventsArgs & PageArgs,
  ): Promise<BillingEventConnection> {
    const page = await accountEvents(context, account.id, args, pageRequest(args, EVENTS_PER_PAGE))
    return toConnection(page, page.items.map(toBillingEvent))
  }
}
