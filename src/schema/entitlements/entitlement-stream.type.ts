import { field, objectType, unionType } from '../kernel/decorators.js'
import { Resync } from '../kernel/resync.type.js'
import { StreamEvent } from '../kernel/stream-event.type.js'
import { Entitlement } from './entitlement.type.js'

/** A change of rights. `account` is added by its resolver from `accountId`. */
@objectType('The rights of an account have changed, or are shown for the first time.', { implements: StreamEvent })
export class EntitlementChange implements StreamEvent {
  readonly __typename!: 'EntitlementChange'
  cursor!: string
  sequence!: number
  at!: Date

  @field('Whether this is the state at the beginning of the subscription rather than a change.', () => Boolean)
  snapshot!: boolean

  @field('What changed them, as `subscription.activated`; `snapshot` for the first.', () => String)
  reason!: string

  /** Id of the account that `account` loads. */
  accountId!: string

  @field('All entitlements in a snapshot, else those that changed.', () => [Entitlement])
  entitlements!: readonly Entitlement[]
}

/** What the subscription `entitlements` delivers. */
export const EntitlementStream = unionType(
  'EntitlementStream',
  'What the subscription `entitlements` delivers.',
  () => [EntitlementChange, Resync],
)
export type EntitlementStream = EntitlementChange | Resync
