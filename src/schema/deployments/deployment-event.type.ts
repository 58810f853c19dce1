import { listPage } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Resync } from '../kernel/resync.type.js'
import { JSONValue } from '../kernel/scalars.js'
import { DeploymentStream, StreamEvent } from '../kernel/stream-event.type.js'

/** `subject` and `deployment` are added by their resolvers. */
@objectType('An event of a deployment, its agent or its commands.', {
  implements: [StreamEvent, DeploymentStream],
})
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

  /** ID of the deployment that `deployment` loads. */
  deploymentId!: string

  /** ID of the account whose external ID is loaded. */
  accountId!: string

  /** ID of the command, agent or deployment that `subject` loads. Null if there is none. */
  subjectId!: string | null

  @field('Data of the event; its members depend on the type.', () => JSONValue)
  data!: unknown
}

/** The beginning of `deploymentEvents`. `account` is added by its resolver. */
@objectType('Start of `deploymentEvents`: the state that its events change.', { implements: DeploymentStream })
export class DeploymentsSnapshot implements DeploymentStream {
  readonly __typename!: 'DeploymentsSnapshot'
  cursor!: string
  at!: Date

  /** ID of the account that `account` loads. */
  accountId!: string
}

/** An item of `deploymentEvents` as resolvers return it. */
export type DeploymentStreamItem = DeploymentEvent | DeploymentsSnapshot | Resync

/** A page of the events of a deployment. */
export const DeploymentEventConnection = listPage('DeploymentEvent', 'deployment events', () => DeploymentEvent)
export type DeploymentEventConnection = InstanceType<typeof DeploymentEventConnection>
