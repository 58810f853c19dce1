import { connection } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import type { Resync } from '../kernel/resync.type.js'
import { JSONValue } from '../kernel/scalars.js'
import { BillingStream, StreamEvent } from '../kernel/stream-event.type.js'

/** An event about billing or entitlements of an account. Resolvers add `account` and `subject`. */
@objectType('An event about billing or entitlements of an account.', { implements: [StreamEvent, BillingStream, Node] })
export class BillingEvent implements StreamEvent, Node {
  readonly __typename!: 'BillingEvent'
  id!: string
  cursor!: string
  sequence!: number
  at!: Date

  @field(
    'Event type, for example `subscription.activated`, `checkout.completed`, `credits.granted`, `usage.warning` or `purchase.refunded`. New types are added without notice, so ignore unknown ones. All types: docs/events.md.',
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

/** An item of the stream as resolvers return it. */
export type BillingStreamItem = BillingEvent | Resync
