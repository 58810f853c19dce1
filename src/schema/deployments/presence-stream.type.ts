import { field, objectType, unionType } from '../kernel/decorators.js'
import { Resync } from '../kernel/resync.type.js'
import { DateTime } from '../kernel/scalars.js'
import { StreamEvent } from '../kernel/stream-event.type.js'
import { AgentPresence } from './agent.type.js'

/** An agent has come or gone. */
@objectType('The agent of a deployment has come, gone, or become busy or free.', { implements: StreamEvent })
export class PresenceChange implements StreamEvent {
  readonly __typename!: 'PresenceChange'
  cursor!: string
  sequence!: number
  at!: Date

  @field('Whether the agent can be reached now.', () => AgentPresence)
  presence!: AgentPresence

  @field('When the agent was last heard of; null when it never was.', () => DateTime, { nullable: true })
  lastHeartbeatAt!: Date | null
}

/** What the subscription `agentPresence` delivers. */
export const PresenceStream = unionType('PresenceStream', 'What the subscription `agentPresence` delivers.', () => [
  PresenceChange,
  Resync,
])
export type PresenceStream = PresenceChange | Resync
