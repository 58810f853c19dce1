import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { EntitlementChange, EntitlementStream } from '../../schema/entitlements/entitlement-stream.type.js'
import { Account } from '../../schema/identity/account.type.js'
import { field, fieldResolver, subscription } from '../../schema/kernel/decorators.js'
import { requireAccount } from '../../services/identity/guard/guard.js'
import { encodeCursor } from '../../services/kernel/events/cursor.js'
import { abortable, followStream } from '../../services/kernel/events/follow-stream.js'
import { evaluateEntitlements } from '../../services/entitlements/rights/evaluate-entitlements.js'
import { loadRights } from '../../services/entitlements/rights/load-rights.js'
import { toAccount } from '../identity/account.mapper.js'
import { counted, toResync } from '../kernel/stream.mapper.js'
import type { RequestContext } from '../../context/request-context.js'
import { toEntitlement } from './entitlement.mapper.js'

@ArgsType()
class EntitlementsArgs {
  @field("Whose, by id or reference. Left out: the caller's current account.", () => ID, { nullable: true })
  accountId?: string | null

  @field('A cursor of this stream: what came after it is told first. Left out: begin with a snapshot.', () => String, {
    nullable: true,
  })
  after?: string | null
}

interface Place {
  readonly sequence: number
  readonly at: Date
  readonly reason: string
}

/** The rights as they are now; an event that is told again later is told with what holds by then, and each entitlement says its version. */
async function change(
  context: RequestContext,
  accountId: string,
  place: Place,
  snapshot: boolean,
): Promise<EntitlementChange> {
  const catalog = context.catalog.current()
  const facts = await loadRights(context.database, catalog, accountId, context.clock.now())
  return {
    __typename: 'EntitlementChange',
    cursor: encodeCursor(accountId, place.sequence),
    sequence: place.sequence,
    at: place.at,
    snapshot,
    reason: place.reason,
    accountId,
    entitlements: evaluateEntitlements(catalog, facts!).map(toEntitlement),
  }
}

async function subscribe(
  context: RequestContext,
  args: EntitlementsArgs,
): Promise<AsyncGenerator<EntitlementStream, void, void>> {
  const account = await requireAccount(context, args.accountId, 'entitlements:read')
  // Followed from the version that the snapshot is read at or before: a change in between is told twice rather than never.
  const start = account.version
  const follow = await followStream(context, {
    streamId: account.id,
    after: args.after ?? encodeCursor(account.id, start),
    wants: (event) => event.changesRights,
  })
  return counted(
    context,
    'entitlements',
    abortable(async function* (signal) {
      if (args.after == null)
        yield await change(context, account.id, { sequence: start, at: context.clock.now(), reason: 'snapshot' }, true)
      for await (const item of follow(signal))
        yield item.kind === 'resync'
          ? toResync(account.id, item.sequence, context.clock.now())
          : await change(context, account.id, { ...item.event, reason: item.event.type }, false)
    }),
  )
}

@Resolver(() => EntitlementChange)
export class EntitlementsSubscription {
  @subscription(
    'A snapshot first (or what was missed since `after`), then each change of rights.',
    () => EntitlementStream,
    {
      subscribe: ({ args, context }: { args: EntitlementsArgs; context: RequestContext }) => subscribe(context, args),
    },
  )
  entitlements(
    @Root() event: EntitlementStream,
    @Args(() => EntitlementsArgs) _args: EntitlementsArgs,
  ): EntitlementStream {
    return event
  }

  @fieldResolver('The account.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() event: EntitlementChange): Promise<Account> {
    return toAccount((await context.loaders.account.load(event.accountId))!)
  }
}
