import { STREAM_SNAPSHOT } from '../kernel/descriptions.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Resync } from '../kernel/resync.type.js'
import { EntitlementStream, StreamEvent } from '../kernel/stream-event.type.js'
import { Entitlement } from './entitlement.type.js'

/** A change of entitlements. A resolver adds `account` from `accountId`. */
@objectType('Changed entitlements of an account, or a first snapshot.', {
  implements: [StreamEvent, EntitlementStream],
})
export class EntitlementChange implements StreamEvent {
  readonly __typename!: 'EntitlementChange'
  cursor!: string
  sequence!: number
  at!: Date

  @field(STREAM_SNAPSHOT, () => Boolean)
  snapshot!: boolean

  @field(
    'Type of the event that caused the change, for example `subscription.activated`. Null in a snapshot.',
    () => String,
    { nullable: true },
  )
  eventType!: string | null

  /** Id of the account that `account` loads. */
  accountId!: string

  @field('All entitlements in a snapshot, otherwise the changed ones.', () => [Entitlement])
  entitlements!: readonly Entitlement[]
}

/** An item of the stream as resolvers return it. */
export type EntitlementStreamItem = EntitlementChange | Resync
