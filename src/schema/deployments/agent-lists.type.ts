import { countedConnection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'
import { Agent, AgentKind } from './agent.type.js'

const COUNT = 'Number of items that match. Counted only if it is selected.'

export const AgentOrder = enumType('AgentOrder', 'Order of agents.', {
  NEWEST: 'The newest items first.',
  LAST_HEARTBEAT: 'By the last heartbeat, the oldest first. Agents without one come first.',
})
export type AgentOrder = keyof typeof AgentOrder

/** A page of agents. */
export const AgentConnection = countedConnection('Agent', 'agents', () => Agent, COUNT)
export type AgentConnection = InstanceType<typeof AgentConnection>

/** A period without a heartbeat. */
@objectType('A period in which an agent sent no heartbeat.', { implements: Node })
export class Outage implements Node {
  readonly __typename!: 'Outage'
  id!: string

  /** Ids of the objects that `account` and `deployment` load. */
  accountId!: string
  deploymentId!: string

  @field('Kind of the agent.', () => AgentKind)
  kind!: AgentKind

  @field('Time of the last heartbeat before the outage (machine clock).', () => DateTime)
  startedAt!: Date

  @field('Time of the alert (machine clock). Null if the outage was not alerted.', () => DateTime, { nullable: true })
  alertedAt!: Date | null

  @field('Time of the next heartbeat (machine clock). Null while the outage lasts.', () => DateTime, { nullable: true })
  endedAt!: Date | null
}

/** A page of outages. */
export const OutageConnection = countedConnection('Outage', 'outages', () => Outage, COUNT)
export type OutageConnection = InstanceType<typeof OutageConnection>
