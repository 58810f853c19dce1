import type { StreamEventRow } from '../../entities/kernel/stream-event.entity.js'
import { currentEntitlements, followEntitlements } from '../../services/entitlements/rights/follow-entitlements.js'
import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { EntitlementChange, EntitlementStream } from '../../schema/entitlements/entitlement-stream.type.js'
import { Account } from '../../schema/identity/account.type.js'
import { field, fieldResolver, subscription } from '../../schema/kernel/decorators.js'
import { encodeCursor } from '../../services/kernel/events/cursor.js'
import { toAccount } from '../identity/account.mapper.js'
import { deliver } from '../kernel/stream.mapper.js'
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

type Told = Pick<EntitlementChange, 'sequence' | 'at' | 'reason' | 'snapshot'>

/** The rights as they are now; an event that is told again later is told with what holds by then, and each entitlement says its version. */
async function change(context: RequestContext, accountId: string, told: Told): Promise<EntitlementChange> {
  const entitlements = (await currentEntitlements(context, accountId)).map(toEntitlement)
  return {
    __typename: 'EntitlementChange',
    ...told,
    cursor: encodeCursor(accountId, told.sequence),
    accountId,
    entitlements,
  }
}

async function subscribe(context: RequestContext, args: EntitlementsArgs) {
  const stream = await followEntitlements(context, args)
  const map = ({ sequence, at, type }: StreamEventRow) =>
    change(context, stream.streamId, { sequence, at, reason: type, snapshot: false })
  const snapshot = () =>
    change(context, stream.streamId, {
      sequence: stream.version,
      at: context.clock.now(),
      reason: 'snapshot',
      snapshot: true,
    })
  return deliver<EntitlementChange>(context, 'entitlements', stream, map, args.after == null ? snapshot : undefined)
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
