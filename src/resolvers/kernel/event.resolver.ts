import { Ctx, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '#context/request-context.js'
import { Account } from '#schema/identity/account.type.js'
import { Actor } from '#schema/identity/actor.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Event } from '#schema/kernel/event.type.js'
import { Node } from '#schema/kernel/node.type.js'
import { toAccount } from '../identity/account.mapper.js'
import { actorOfEvent } from './event-actor.js'
import { loadNode } from './load-node.js'

@Resolver(() => Event)
export class EventResolver {
  @fieldResolver('Account that the event concerns. Null if none.', () => Account, { nullable: true })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: Event): Promise<Account | null> {
    const row = accountId ? await context.loaders.account.load(accountId) : null
    return row && toAccount(row)
  }

  @fieldResolver(
    'User, service or payment provider that caused the event. Null if the event does not record it.',
    () => Actor,
    { nullable: true },
  )
  actor(@Ctx() context: RequestContext, @Root() event: Event): Promise<Actor | null> {
    return actorOfEvent(context, event)
  }

  @fieldResolver('Current state of the object that the event is about. Null if there is none.', () => Node, {
    nullable: true,
  })
  subject(@Ctx() context: RequestContext, @Root() { subjectId }: Event): Promise<Node | null> | null {
    return subjectId ? loadNode(context, subjectId) : null
  }
}
