import { ID, Int } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue } from '../kernel/scalars.js'

/** Where somebody wants our events. */
@objectType('An address to which events are sent, signed as Standard Webhooks say.', { implements: Node })
export class WebhookEndpoint implements Node {
  readonly __typename!: 'WebhookEndpoint'
  id!: string

  @field('The address.', () => String)
  url!: string

  @field('What it is sent: types such as `subscription.activated`, groups such as `subscription.*`, or `*`.', () => [
    String,
  ])
  types!: string[]

  @field('What it is for, in its owner’s words.', () => String, { nullable: true })
  description!: string | null

  @field('Whether it is sent the events of every account, rather than of one.', () => Boolean)
  everyAccount!: boolean

  @field('Whether events are sent.', () => Boolean)
  enabled!: boolean

  @field('Why none are; null while they are.', () => String, { nullable: true })
  disabledReason!: string | null

  @field('Since when it has taken nothing; null when the last event was taken.', () => DateTime, { nullable: true })
  failingSince!: Date | null

  @field('Until when the secret before this one signs as well; null outside a rotation.', () => DateTime, {
    nullable: true,
  })
  previousSecretUntil!: Date | null

  @field('When it was added.', () => DateTime)
  createdAt!: Date
}

/** An endpoint and its secret. */
@objectType('An endpoint and the secret that its events are signed with.')
export class WebhookEndpointCreated {
  readonly __typename?: 'WebhookEndpointCreated'

  @field('The endpoint.', () => WebhookEndpoint)
  endpoint!: WebhookEndpoint

  @field('`whsec_…`, for the receiver’s library. Shown once.', () => String)
  secret!: string
}

/** What became of a delivery. */
export const WebhookDeliveryStatus = enumType('WebhookDeliveryStatus', 'What became of a delivery.', {
  PENDING: 'On its way, or waiting for its next try.',
  DELIVERED: 'Taken: the receiver answered 2xx.',
  DEAD: 'Given up after three days; it can be replayed.',
})
export type WebhookDeliveryStatus = keyof typeof WebhookDeliveryStatus

/** One try of a delivery. */
@objectType('One try of a delivery.')
export class WebhookDeliveryAttempt {
  readonly __typename?: 'WebhookDeliveryAttempt'

  @field('When it was sent.', () => DateTime)
  at!: Date

  @field('What the receiver answered; null when it did not.', () => Int, { nullable: true })
  statusCode!: number | null

  @field('How long the answer took.', () => Int)
  milliseconds!: number

  @field('What went wrong; null when the event was taken.', () => String, { nullable: true })
  why!: string | null
}

/** One event on its way to one endpoint. `endpoint` is added by its resolver. */
@objectType('One event on its way to one endpoint, with what became of each try.', { implements: Node })
export class WebhookDelivery implements Node {
  readonly __typename!: 'WebhookDelivery'
  id!: string

  /** Id of the endpoint that `endpoint` loads. */
  endpointId!: string

  @field('The `webhook-id` header: the same at each try and replay, so that a receiver knows repeats.', () => String)
  eventId!: string

  @field('What happened, as `subscription.activated`.', () => String)
  type!: string

  @field('How often it was tried since it was written down or replayed.', () => Int)
  attempts!: number

  @field('What became of it.', () => WebhookDeliveryStatus)
  status!: WebhookDeliveryStatus

  @field('What the receiver answered last; null when it never did.', () => Int, { nullable: true })
  lastStatusCode!: number | null

  @field('Why it was not taken at the last try; null when it was.', () => String, { nullable: true })
  why!: string | null

  @field('When it is tried again; null when it is not.', () => DateTime, { nullable: true })
  nextAttemptAt!: Date | null

  @field('When it was written down.', () => DateTime)
  createdAt!: Date

  @field('When it was taken.', () => DateTime, { nullable: true })
  deliveredAt!: Date | null

  @field('The last 30 tries, the first one first.', () => [WebhookDeliveryAttempt])
  log!: WebhookDeliveryAttempt[]

  @field('The body that is sent.', () => JSONValue)
  payload!: unknown
}

/** A page of deliveries. */
export const WebhookDeliveryConnection = connection('WebhookDelivery', 'deliveries', () => WebhookDelivery)
export type WebhookDeliveryConnection = InstanceType<typeof WebhookDeliveryConnection>

/** Where to send which events. */
@inputType('Where to send which events.')
export class CreateWebhookEndpointInput {
  @field("Whose events, by id or reference. Left out: the caller's current account.", () => ID, { nullable: true })
  accountId?: string | null

  @field('For operators: the events of every account, and those of the house itself.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  everyAccount?: boolean | null

  @field('An https address on the public internet; one stands once in an account.', () => String)
  url!: string

  @field('Types such as `subscription.activated`, groups such as `subscription.*`, or `*`: 1 to 50.', () => [String])
  types!: string[]

  @field('What it is for: at most 200 characters.', () => String, { nullable: true })
  description?: string | null
}
