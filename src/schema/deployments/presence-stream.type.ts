import { field, objectType, unionType } from '../kernel/decorators.js'
import { Resync } from '../kernel/resync.type.js'
import { DateTime } from '../kernel/scalars.js'
import { StreamEvent } from '../kernel/stream-event.type.js'
import { AgentPresence } from './agent.type.js'

/** An agent has come or gone. */
@objectType("A change of an agent's presence.", { implements: StreamEvent })
export class PresenceChange implements StreamEvent {
  readonly __typename!: 'PresenceChange'
  cursor!: string
  sequence!: number
  at!: Date

  @field('Presence after the change.', () => AgentPresence)
  presence!: AgentPresence

  @field("Time of the agent's last heartbeat (machine clock). Null if none.", () => DateTime, { nullable: true })
  lastHeartbeatAt!: Date | null
}

export const PresenceStream = unionType('PresenceStream', 'Payload of the subscription `agentPresence`.', () => [
  PresenceChange,
  Resync,
])
export type PresenceStream = PresenceChange | Resync
