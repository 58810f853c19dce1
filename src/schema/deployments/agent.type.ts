import { ID } from 'type-graphql'
import { enumType, federationKeys, field, inputType, objectType } from '../kernel/decorators.js'
import { LISTED_ACCOUNT } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue } from '../kernel/scalars.js'

export const AgentPresence = enumType('AgentPresence', 'Presence of an agent.', {
  ONLINE: 'Polling; a command is delivered immediately.',
  BUSY: 'Executing a command; not polling.',
  OFFLINE: 'No heartbeat for too long, or never.',
  DEGRADED: 'Polling, but reporting problems.',
})
export type AgentPresence = keyof typeof AgentPresence

/** A program on the customer's server that executes commands. */
@objectType("The program on the customer's server that polls for commands and executes them.", { implements: Node })
@federationKeys('id')
export class Agent implements Node {
  readonly __typename!: 'Agent'
  id!: string

  /** ID of the deployment that `deployment` loads. */
  deploymentId!: string

  @field('Current presence of the agent.', () => AgentPresence)
  presence!: AgentPresence

  @field('Time of the last heartbeat (machine clock). Null if none.', () => DateTime, {
    nullable: true,
  })
  lastHeartbeatAt!: Date | null

  @field('Version of the agent. Null if not reported.', () => String, { nullable: true })
  softwareVersion!: string | null

  @field('Server information from the agent. Empty if not reported.', () => JSONValue)
  systemInfo!: unknown

  @field('Capabilities that the agent declared at registration.', () => [String])
  declaredCapabilities!: readonly string[]

  @field('Time the agent was revoked (machine clock). Null if it is not revoked.', () => DateTime, { nullable: true })
  revokedAt!: Date | null
}

@inputType('Conditions of a list of agents. An agent matches if it fulfills all of them.')
export class AgentFilter {
  @field(LISTED_ACCOUNT, () => ID, { nullable: true })
  account?: string | null

  @field('Presences to return. Default: all.', () => [AgentPresence], { nullable: true })
  presences?: readonly AgentPresence[] | null

  @field('Versions of the agents to return. Default: all.', () => [String], { nullable: true })
  softwareVersions?: readonly string[] | null

  @field('Whether the agents are revoked. Default: no condition.', () => Boolean, { nullable: true })
  revoked?: boolean | null
}

export const AgentKind = enumType('AgentKind', 'Kind of an agent.', {
  STATUS_PANEL: 'The agent that polls for commands.',
  COMPOSE_AGENT: 'The compose agent, which starts and stops containers.',
})
export type AgentKind = keyof typeof AgentKind

@inputType('Conditions of a list of outages. An outage matches if it fulfills all of them.')
export class OutageFilter {
  @field(LISTED_ACCOUNT, () => ID, { nullable: true })
  account?: string | null

  @field('Whether the outages still last. Default: no condition.', () => Boolean, { nullable: true })
  open?: boolean | null

  @field('Kinds of agents to return. Default: all.', () => [AgentKind], { nullable: true })
  kinds?: readonly AgentKind[] | null

  @field('Whether the outages were alerted. Default: no condition.', () => Boolean, { nullable: true })
  alerted?: boolean | null
}
