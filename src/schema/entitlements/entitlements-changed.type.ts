import { field, objectType } from '../kernel/decorators.js'
import { StreamItem } from '../kernel/stream-item.type.js'
import { Entitlement } from './entitlement.type.js'

/** A change of entitlements. */
@objectType('Changed entitlements of an account, or a first snapshot.', { implements: StreamItem })
export class EntitlementsChanged implements StreamItem {
  readonly __typename!: 'EntitlementsChanged'
  cursor!: string
  at!: Date

  @field('Whether this is the initial state rather than a change.', () => Boolean)
  snapshot!: boolean

  @field(
    'Type of the event that caused the change, for example `subscription.activated`. Null in a snapshot.',
    () => String,
    { nullable: true },
  )
  eventType!: string | null

  @field('All entitlements in a snapshot, otherwise the changed ones.', () => [Entitlement])
  entitlements!: readonly Entitlement[]
}
