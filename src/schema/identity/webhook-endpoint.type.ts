import { payload } from '../kernel/payload.js'
import { Float, Int } from 'type-graphql'
import { countedConnection } from '../kernel/connection.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt, Url } from '../kernel/scalars.js'

@objectType('A webhook endpoint of an account. Requests are signed according to Standard Webhooks.', {
  implements: Node,
})
export class WebhookEndpoint implements Node {
  readonly __typename!: 'WebhookEndpoint'
  id!: string

  /** ID of the account that `account` loads. Null for endpoints that receive events of all accounts. */
  accountId!: string | null

  @field('URL that events are sent to.', () => Url)
  url!: string

  @field(
    'Event types to send: names such as `subscription.activated`, groups such as `subscription.*`, or `*`, which is every type that webhooks deliver. Types: docs/events.md.',
    () => [String],
  )
  types!: string[]

  @field('Description set by the owner.', () => String, { nullable: true })
  description!: string | null

  @field('Whether the endpoint receives the events of all accounts.', () => Boolean)
  allAccounts!: boolean

  @field('Whether events are sent to the endpoint.', () => Boolean)
  enabled!: boolean

  @field('Reason the endpoint is disabled. Null if enabled.', () => String, { nullable: true })
  disabledReason!: string | null

  @field(
    'Time since which every delivery has failed (machine clock). Null if the last one succeeded.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  failingSince!: Date | null

  @field(
    'End of the overlap in which the previous secret also signs (machine clock). Null outside a rotation.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  previousSecretUntil!: Date | null

  @field('Creation time of the endpoint (machine clock).', () => DateTime)
  createdAt!: Date

  @field(
    'Time the endpoint was deleted (machine clock). Its deliveries are kept for 30 days. Null if it exists.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  deletedAt!: Date | null
}

@objectType('Numbers of deliveries of an endpoint in the last 30 days.')
export class WebhookDeliveryCounts {
  @field('Number of deliveries that wait for an attempt.', () => SafeInt)
  pendingCount!: number

  @field('Number of deliveries that the endpoint accepted.', () => SafeInt)
  deliveredCount!: number

  @field('Number of dead letters.', () => SafeInt)
  deadCount!: number
}

@objectType('Deliveries of an endpoint that were created in one period.')
export class WebhookDeliveryPeriod extends WebhookDeliveryCounts {
  @field('Start of the period, inclusive (machine clock).', () => DateTime)
  from!: Date

  @field('End of the period, exclusive (machine clock).', () => DateTime)
  to!: Date

  @field(
    'Duration that 95 of 100 last attempts of these deliveries did not exceed. Null without an attempt.',
    () => Float,
    { nullable: true },
  )
  p95DurationSeconds!: number | null
}

export const WebhookDeliveryStatus = enumType('WebhookDeliveryStatus', 'Status of a webhook delivery.', {
  PENDING: 'Waiting for its first or next attempt.',
  DELIVERED: 'The endpoint responded with a 2xx status.',
  DEAD: 'Dead letter after three days of retries; can be replayed.',
})
export type WebhookDeliveryStatus = keyof typeof WebhookDeliveryStatus

@objectType('One attempt of a delivery.')
export class WebhookDeliveryAttempt {
  readonly __typename?: 'WebhookDeliveryAttempt'

  @field('Time of the attempt (machine clock).', () => DateTime)
  at!: Date

  @field('HTTP status of the response. Null if there was none.', () => Int, { nullable: true })
  statusCode!: number | null

  @field('Duration of the attempt.', () => Float)
  durationSeconds!: number

  @field('Error of the attempt. Null if it succeeded.', () => String, { nullable: true })
  error!: string | null

  @field('First 1,024 bytes of the body of the response, as text. Null without a body.', () => String, {
    nullable: true,
  })
  responseBody!: string | null
}

/** One event on its way to one endpoint. `endpoint` is added by its resolver. */
@objectType('The delivery of one event to one endpoint, with its attempts.', { implements: Node })
export class WebhookDelivery implements Node {
  readonly __typename!: 'WebhookDelivery'
  id!: string

  /** Id of the endpoint that `endpoint` loads. */
  endpointId!: string

  @field(
    'The `webhook-id` header. Identical for every attempt and replay, so that receivers can detect duplicates.',
    () => String,
  )
  eventId!: string

  @field('Event type, for example `subscription.activated`.', () => String)
  type!: string

  @field('Number of attempts since creation or the last replay.', () => SafeInt)
  attemptCount!: number

  @field('Status of the delivery.', () => WebhookDeliveryStatus)
  status!: WebhookDeliveryStatus

  @field('HTTP status of the last response. Null if there was none.', () => Int, { nullable: true })
  lastStatusCode!: number | null

  @field('Error of the last attempt. Null if it succeeded.', () => String, { nullable: true })
  lastError!: string | null

  @field('Time of the next attempt (machine clock). Null if none is scheduled.', () => DateTime, { nullable: true })
  nextAttemptAt!: Date | null

  @field('Creation time of the delivery (machine clock).', () => DateTime)
  createdAt!: Date

  @field('Time of the successful attempt (machine clock).', () => DateTime, { nullable: true })
  deliveredAt!: Date | null

  @field('The last 30 attempts, oldest first.', () => [WebhookDeliveryAttempt])
  attempts!: WebhookDeliveryAttempt[]

  /** Undefined in lists: `payload` then loads it. */
  body?: string
}

@inputType('Webhook deliveries to return.')
export class WebhookDeliveryFilter {
  @field('Statuses of the deliveries. Default: all.', () => [WebhookDeliveryStatus], { nullable: true })
  statuses?: readonly WebhookDeliveryStatus[] | null

  @field('Event types: names, groups such as `subscription.*`, or `*`. Default: all.', () => [String], {
    nullable: true,
  })
  types?: readonly string[] | null

  @field('Start of the range, inclusive (machine clock).', () => DateTime, { nullable: true })
  from?: Date | null

  @field('End of the range, exclusive (machine clock). Default: now.', () => DateTime, { nullable: true })
  to?: Date | null
}

export const DELIVERY_COUNT = 'Total number of deliveries that match the filter.'

/** A page of deliveries. */
export const WebhookDeliveryConnection = countedConnection(
  'WebhookDelivery',
  'webhook deliveries',
  () => WebhookDelivery,
  DELIVERY_COUNT,
)
export type WebhookDeliveryConnection = InstanceType<typeof WebhookDeliveryConnection>

export const WebhookDeliveryPayload = payload(WebhookDelivery)
