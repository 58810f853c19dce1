import { payload } from '../kernel/payload.js'
import { argument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { PaymentProvider } from './payment-provider.js'
import { connection } from '../kernel/connection.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

export const WebhookEventStatus = enumType('WebhookEventStatus', 'Processing status of a provider event.', {
  RECEIVED: 'Stored; processing starts shortly.',
  DEFERRED: 'Waiting for an object that is not known yet. Retried soon.',
  PROCESSED: 'The object was fetched and its changes were applied.',
  IGNORED: 'Not relevant to this server.',
  QUARANTINED: 'From another mode. Never applied.',
  RETRYING: 'Processing failed. Retried at growing intervals for three days.',
  DEAD: 'Dead letter. An operator fixes the cause and replays it.',
})
export type WebhookEventStatus = keyof typeof WebhookEventStatus

/** A provider event as received. */
@objectType('A provider event as received. Events are stored before they are processed.', { implements: Node })
export class WebhookEvent implements Node {
  readonly __typename!: 'WebhookEvent'
  id!: string

  @field('Provider that sent the event.', () => PaymentProvider)
  provider!: PaymentProvider

  @field("Provider's ID of the event. Stored once per ID.", () => String)
  eventId!: string

  @field("Provider's event type, for example `invoice.paid`.", () => String)
  type!: string

  @field('Processing status of the event.', () => WebhookEventStatus)
  status!: WebhookEventStatus

  @field('Number of processing attempts.', () => SafeInt)
  attemptCount!: number

  @field('Explanation of the status. Null if none is needed.', () => String, { nullable: true })
  statusReason!: string | null

  @field('Time the event was received (machine clock).', () => DateTime)
  receivedAt!: Date

  @field('Time processing finished (machine clock).', () => DateTime, { nullable: true })
  processedAt!: Date | null

  @field('Effects of the event, for example `subscription.activated sub_…`.', () => [String])
  effects!: string[]

  /** Undefined in lists: `payload` then loads it. */
  wholePayload?: unknown
}

/** A page of received events. */
export const WebhookEventConnection = connection('WebhookEvent', 'provider events', () => WebhookEvent)
export type WebhookEventConnection = InstanceType<typeof WebhookEventConnection>

/** Conditions of a list of provider events. */
@inputType('Conditions of a list of provider events. An event matches if it fulfills all of them.')
export class WebhookEventFilter {
  @field('Provider of the events. Default: all.', () => PaymentProvider, { nullable: true })
  provider?: PaymentProvider | null

  @field('Processing statuses. Default: all.', () => [WebhookEventStatus], { nullable: true })
  statuses?: readonly WebhookEventStatus[] | null

  @field('Event types of the provider, for example `invoice.paid`. Default: all.', () => [String], { nullable: true })
  types?: readonly string[] | null

  @field("Provider's ID of the object that the event is about, for example `sub_…`. Default: all.", () => String, {
    nullable: true,
  })
  object?: string | null

  @field('Account whose objects the events are about, by ID or reference. Default: all.', () => ID, { nullable: true })
  account?: string | null

  @field('Start of the time of receipt, inclusive (machine clock). Default: unbounded.', () => DateTime, {
    nullable: true,
  })
  from?: Date | null

  @field('End of the time of receipt, exclusive (machine clock). Default: unbounded.', () => DateTime, {
    nullable: true,
  })
  to?: Date | null

  @field(
    "Provider's ID of the event, or a part of `statusReason`, at most 255 characters. Default: no condition.",
    () => String,
    {
      nullable: true,
    },
  )
  search?: string | null
}

@objectType('Number of provider events of one status.')
export class WebhookEventCount {
  readonly __typename!: 'WebhookEventCount'

  @field('Processing status.', () => WebhookEventStatus)
  status!: WebhookEventStatus

  @field('Number of events.', () => SafeInt)
  count!: number
}

/** Input of `replayWebhooks`. */
@ArgsType()
export class ReplayWebhooksArgs {
  @field(
    'Conditions of the events. Default: all dead events; without `statuses`, only dead ones.',
    () => WebhookEventFilter,
    {
      nullable: true,
    },
  )
  filter?: WebhookEventFilter | null

  @field('Only count the events.', () => Boolean, { nullable: true, defaultValue: false })
  dryRun?: boolean | null
}

/** Input of `replayWebhook`. */
@ArgsType()
export class ReplayWebhookArgs {
  @argument('id', 'ID of the event, from `webhookEvents`.', () => ID)
  webhookEventId!: string
}

export const WebhookEventPayload = payload(WebhookEvent)
