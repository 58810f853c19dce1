import { connection } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { JSONValue } from '../kernel/scalars.js'
import { StreamEvent } from '../kernel/stream-event.type.js'

/** `subject` is added by its resolver from `subjectId`. */
@objectType('An event of a deployment, its agent or its commands.', { implements: StreamEvent })
export class DeploymentEvent implements StreamEvent {
  readonly __typename!: 'DeploymentEvent'
  cursor!: string
  sequence!: number
  at!: Date

  @field(
    'Event type, for example `command.succeeded` or `agent.offline`. New types are added without notice, so ignore unknown ones. All types: docs/events.md.',
    () => String,
  )
  type!: string

  @field('One sentence for people.', () => String)
  summary!: string

  /** ID of the command, agent or deployment that `subject` loads. Null if there is none. */
  subjectId!: string | null

  @field('Data of the event; its members depend on the type.', () => JSONValue)
  data!: unknown
}

/** A page of the events of a deployment. */
export const DeploymentEventConnection = connection('DeploymentEvent', 'deployment events', () => DeploymentEvent)
export type DeploymentEventConnection = InstanceType<typeof DeploymentEventConnection>
