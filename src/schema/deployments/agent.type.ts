import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue } from '../kernel/scalars.js'

/** Whether an agent can be reached. */
export const AgentPresence = enumType('AgentPresence', 'Whether an agent can be reached.', {
  ONLINE: 'It polls, and would take a command at once.',
  BUSY: 'It executes a command and does not poll meanwhile.',
  OFFLINE: 'It has not been heard of for too long, or never.',
  DEGRADED: 'It polls, but reports trouble.',
})
export type AgentPresence = keyof typeof AgentPresence

/** A program on the customer's server that executes commands. */
@objectType("A program on the customer's server that fetches commands and executes them.", { implements: Node })
export class Agent implements Node {
  readonly __typename!: 'Agent'
  id!: string

  @field('The deployment that it serves.', () => String)
  deploymentHash!: string

  @field('Whether it can be reached.', () => AgentPresence)
  presence!: AgentPresence

  @field('When it was last heard of, by the clock of the machine; null when it never was.', () => DateTime, {
    nullable: true,
  })
  lastHeartbeatAt!: Date | null

  @field('Its version; null when it has not said.', () => String, { nullable: true })
  version!: string | null

  @field('What it said about its server; an empty object when nothing.', () => JSONValue)
  systemInfo!: unknown

  @field('What it says it can do, as it named it when it registered.', () => [String])
  capabilities!: readonly string[]

  @field('Time of its revocation (machine clock). Null if it is not revoked.', () => DateTime, { nullable: true })
  revokedAt!: Date | null
}
