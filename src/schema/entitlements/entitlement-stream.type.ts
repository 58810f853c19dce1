import { field, objectType, unionType } from '../kernel/decorators.js'
import { Resync } from '../kernel/resync.type.js'
import { StreamEvent } from '../kernel/stream-event.type.js'
import { Entitlement } from './entitlement.type.js'

/** A change of entitlements. A resolver adds `account` from `accountId`. */
@objectType('Changed entitlements of an account, or a first snapshot.', { implements: StreamEvent })
export class EntitlementChange implements StreamEvent {
  readonly __typename!: 'EntitlementChange'
  cursor!: string
  sequence!: number
  at!: Date

  @field('Whether this is the initial state rather than a change.', () => Boolean)
  snapshot!: boolean

  @field('Event type that caused the change, for example `subscription.activated`, or `snapshot`.', () => String)
  reason!: string

  /** Id of the account that `account` loads. */
  accountId!: string

  @field('All entitlements in a snapshot, otherwise the changed ones.', () => [Entitlement])
  entitlements!: readonly Entitlement[]
}

export const EntitlementStream = unionType('EntitlementStream', 'Payload of the subscription `entitlements`.', () => [
  EntitlementChange,
  Resync,
])
export type EntitlementStream = EntitlementChange | Resync
