import { field, objectType } from '../kernel/decorators.js'
import type { Resync } from '../kernel/resync.type.js'
import { JSONValue, SafeInt } from '../kernel/scalars.js'
import { OperatorStream } from '../kernel/stream-event.type.js'
import { DeadLetterCount } from './dead-letter.type.js'
import { WebhookEventCount } from './webhook-event.type.js'

/** `account` and `subject` are added by their resolvers. */
@objectType('An event that concerns the installation, or an account that needs an operator.', {
  implements: OperatorStream,
})
export class OperatorEvent implements OperatorStream {
  readonly __typename!: 'OperatorEvent'
  cursor!: string
  at!: Date

  @field(
    'Event type, for example `dead_letter.added`. New types are added without notice, so ignore unknown ones. All types: docs/events.md.',
    () => String,
  )
  type!: string

  @field('One sentence for people.', () => String)
  summary!: string

  /** ID of the account that `account` loads. Null if it concerns none. */
  accountId!: string | null

  /** ID of the object that `subject` loads. Null if there is none. */
  subjectId!: string | null

  @field('Data of the event; its members depend on the type.', () => JSONValue)
  data!: unknown
}

/** The beginning of `operatorEvents`. Its fields are added by their resolvers. */
@objectType('Start of `operatorEvents`: what needs an operator now.', { implements: OperatorStream })
export class OperatorSnapshot implements OperatorStream {
  readonly __typename!: 'OperatorSnapshot'
  cursor!: string
  at!: Date

  @field('Number of dead letters of each queue.', () => [DeadLetterCount])
  deadLetterCounts!: readonly DeadLetterCount[]

  @field('Number of provider events of each state.', () => [WebhookEventCount])
  webhookEventCounts!: readonly WebhookEventCount[]

  @field('Number of quarantined checkouts without a decision.', () => SafeInt)
  quarantinedCheckoutCount!: number

  @field('Number of alerted outages of agents that have not ended.', () => SafeInt)
  openOutageCount!: number
}

/** An item of `operatorEvents` as resolvers return it. */
export type OperatorStreamItem = OperatorEvent | OperatorSnapshot | Resync
