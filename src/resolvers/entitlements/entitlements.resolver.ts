import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { currentEntitlements, entitlements, wantedFeatures } from '#services/entitlements/stream/entitlements.js'
import { Args, ArgsType, ID, Resolver, Root } from 'type-graphql'
import { EntitlementsChanged } from '#schema/entitlements/entitlements-changed.type.js'
import type { Entitlement } from '#schema/entitlements/entitlement.type.js'
import { field, subscription } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { StreamItem } from '#schema/kernel/stream-item.type.js'
import { encodeCursor } from '#services/kernel/events/cursor.js'
import { deliver } from '../kernel/stream.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toEntitlement } from './entitlement.mapper.js'

@ArgsType()
class EntitlementsArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(
    'Replays everything after this stream cursor, then continues live. Default: starts with a snapshot.',
    () => String,
    { nullable: true },
  )
  after?: string | null

  @field(
    'Codes of the features to report. A change of other features emits nothing. Default: all features.',
    () => [String],
    { nullable: true },
  )
  features?: string[] | null
}

interface ReportedChange extends Pick<EntitlementsChanged, 'at' | 'eventType' | 'snapshot'> {
  readonly sequence: number
}

/**
 * Last published state of an entitlement, and the version up to which it may include changes: entitlements can be read
 * after their event.
 */
interface LastReported {
  readonly values: string
  readonly changedBy: number
}

/**
 * Current entitlements that differ from those published on this stream; at the start after a cursor, all of them. A
 * difference that was read before its event is published again with that event, so that every event with a change has
 * it.
 */
function changeReporter(
  context: RequestContext,
  accountId: string,
  features: ReadonlySet<string> | null,
): (published: ReportedChange) => Promise<EntitlementsChanged | null> {
  const lastReported = new Map<string, LastReported>()
  return async ({ sequence, ...published }) => {
    const changed: Entitlement[] = []
    for (const entitlement of await currentEntitlements(context, accountId)) {
      const { feature, version } = entitlement
      if (features && !features.has(feature.code)) continue
      const before = lastReported.get(feature.code)
      // The version is the account's: with it, every entitlement would differ each time.
      const values = JSON.stringify({ ...entitlement, version: null })
      const differs = before?.values !== values
      if (published.snapshot || differs || sequence <= before.changedBy) changed.push(toEntitlement(entitlement))
      if (differs) lastReported.set(feature.code, { values, changedBy: before ? version : 0 })
    }
    // Without a filter every event is reported, also if the entitlements read the same as before.
    if (features && changed.length === 0 && !published.snapshot) return null
    return {
      __typename: 'EntitlementsChanged',
      ...published,
      cursor: encodeCursor(accountId, sequence),
      entitlements: changed,
    }
  }
}

async function subscribe(context: RequestContext, args: EntitlementsArgs) {
  const stream = await entitlements(context, args)
  const publish = changeReporter(context, stream.streamId, wantedFeatures(context, args.features))
  const map = ({ sequence, at, type }: StreamEventRow) => publish({ sequence, at, eventType: type, snapshot: false })
  const snapshot = () => publish({ sequence: stream.version, at: context.clock.now(), eventType: null, snapshot: true })
  return deliver(context, 'entitlements', stream, { map, first: args.after == null ? snapshot : undefined })
}

@Resolver(() => EntitlementsChanged)
export class EntitlementStreamResolver {
  @subscription(
    'Emits a snapshot of the entitlements, then every change. With `after`, replays missed changes instead of the snapshot.',
    () => StreamItem,
    {
      requires: 'ENTITLEMENTS_READ',
      subscribe: ({ args, context }: { args: EntitlementsArgs; context: RequestContext }) => subscribe(context, args),
    },
  )
  entitlements(@Root() event: StreamItem, @Args(() => EntitlementsArgs) _args: EntitlementsArgs): StreamItem {
    return event
  }
}
