import { connection } from './connection.js'
import { field, objectType } from './decorators.js'
import { STREAM_SEQUENCE } from './descriptions.js'
import { Node } from './node.type.js'
import { personal } from './personal.js'
import { JSONValue, SafeInt } from './scalars.js'
import { StreamItem } from './stream-item.type.js'

/** `account`, `actor`, `deployment` and `subject` are added by their resolvers. */
@objectType('An event of an account, a deployment or the installation.', { implements: [StreamItem, Node] })
export class Event implements StreamItem, Node {
  readonly __typename!: 'Event'
  id!: string
  cursor!: string
  at!: Date

  @field(`${STREAM_SEQUENCE} Null for events of operators, and for loads of servers.`, () => SafeInt, {
    nullable: true,
  })
  sequence!: number | null

  @field(
    'Event type, for example `subscription.activated`, `command.succeeded` or `dead_letter.added`. New types are added without notice, so ignore unknown ones. All types: docs/events.md.',
    () => String,
  )
  type!: string

  @field('One sentence for people.', () => String)
  @personal('masked')
  summary!: string

  /** ID of the account that `account` loads. Null if it concerns none. */
  accountId!: string | null

  /** ID of the deployment that `deployment` loads. Null if it is in no stream of a deployment. */
  deploymentId!: string | null

  /** ID of the object that `subject` loads. Null if there is none. */
  subjectId!: string | null

  @field('Data of the event; its members depend on the type.', () => JSONValue)
  @personal('masked')
  data!: unknown
}

/** A page of events. */
export const EventConnection = connection('Event', 'events', () => Event)
export type EventConnection = InstanceType<typeof EventConnection>
