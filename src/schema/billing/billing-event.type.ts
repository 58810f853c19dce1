import { connection } from '../kernel/connection.js'
import { field, objectType, unionType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { Resync } from '../kernel/resync.type.js'
import { JSONValue } from '../kernel/scalars.js'
import { StreamEvent } from '../kernel/stream-event.type.js'

/** An event about billing or entitlements of an account. Resolvers add `account` and `subject`. */
@objectType('An event about billing or entitlements of an account.', { implements: [StreamEvent, Node] })
export class BillingEvent implements StreamEvent, Node {
  readonly __typename!: 'BillingEvent'
  id!: string
  cursor!: string
  sequence!: number
  at!: Date

  @field(
    'Event type, for example `subscription.activated`, `checkout.completed`, `credits.granted`, `usage.warning` or `purchase.refunded`. All types: docs/events.md.',
    () => String,
  )
  type!: string

  /** Id of the account that `account` loads. */
  accountId!: string

  @field('One sentence for people.', () => String)
  summary!: string

  /** ID of the checkout, subscription or other object that `subject` loads. Null if there is none. */
  subjectId!: string | null

  @field('Data of the event; its members depend on the type.', () => JSONValue)
  data!: unknown
}

/** A page of the events of an account. */
export const BillingEventConnection = connection('BillingEvent', 'billing events', () => BillingEvent)
export type BillingEventConnection = InstanceType<typeof BillingEventConnection>

export const BillingStream = unionType('BillingStream', 'Payload of the subscription `billingEvents`.', () => [
  BillingEvent,
  Resync,
])
export type BillingStream = BillingEvent | Resync
