import { Int } from 'type-graphql'
import { PaymentProvider } from '../billing/payment-provider.js'
import { connection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue } from '../kernel/scalars.js'

/** What became of a provider's event. */
export const InboxState = enumType('InboxState', "What became of a provider's event.", {
  RECEIVED: 'Stored; its object will be fetched in a moment.',
  DEFERRED: 'Something that it refers to is not known here yet; it is tried again soon.',
  PROCESSED: 'Its object was fetched, and what followed was done.',
  IGNORED: 'Nothing here depends on it.',
  QUARANTINED: 'It is of another mode or contradicts what was asked for; it has no effect.',
  RETRYING: 'It failed and will be tried again, less and less often for three days.',
  DEAD: 'It was given up: an operator reads why, mends that, and replays it.',
})
export type InboxState = keyof typeof InboxState

/** A provider's event as it was received. */
@objectType("A provider's event as it was received: stored before it was believed.", { implements: Node })
export class WebhookEvent implements Node {
  readonly __typename!: 'WebhookEvent'
  id!: string

  @field('Who sent it.', () => PaymentProvider)
  provider!: PaymentProvider

  @field("The provider's own id; the same one is stored once.", () => String)
  eventId!: string

  @field("The provider's name for what happened, as `invoice.paid`.", () => String)
  type!: string

  @field('What became of it.', () => InboxState)
  state!: InboxState

  @field('How often it was tried.', () => Int)
  attempts!: number

  @field('Why it is in this state; null when all is well.', () => String, { nullable: true })
  why!: string | null

  @field('When it arrived.', () => DateTime)
  receivedAt!: Date

  @field('When it was settled or given up.', () => DateTime, { nullable: true })
  processedAt!: Date | null

  @field('What followed from it, as `subscription.activated sub_…`.', () => [String])
  effects!: string[]

  @field('The event as the provider sent it.', () => JSONValue)
  payload!: unknown
}

/** A page of received events. */
export const WebhookEventConnection = connection('WebhookEvent', 'received events', () => WebhookEvent)
export type WebhookEventConnection = InstanceType<typeof WebhookEventConnection>
