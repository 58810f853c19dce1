import { enumType, field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue } from '../kernel/scalars.js'
import { Agent, AgentPresence } from './agent.type.js'

/** Why the compose agent is not used. */
export const ComposeFallbackReason = enumType('ComposeFallbackReason', 'Why the compose agent is not used.', {
  MISSING_REGISTRATION: 'It has not registered.',
  UNHEALTHY_HEARTBEAT: 'It has not been heard of for too long, or reports trouble.',
  TOKEN_FETCH_FAILURE: 'Its token could not be read from the secret store, or it does not accept it.',
})
export type ComposeFallbackReason = keyof typeof ComposeFallbackReason

/** One command of the catalogue. */
@objectType('A command of the catalogue, and whether this agent runs it.')
export class CapableCommand {
  readonly __typename?: 'CapableCommand'

  @field('The type to enqueue, as `restart`.', () => String)
  type!: string

  @field('The text for a button.', () => String)
  label!: string

  @field('The name of an icon.', () => String)
  icon!: string

  @field('What it acts on: `container` or `deployment`.', () => String)
  scope!: string

  @field('What an agent must be able to do in order to run it, as `docker`.', () => String)
  requires!: string

  @field('False: in the catalogue, but no agent of this version runs it.', () => Boolean)
  supported!: boolean
}

/** What can be done on a deployment now. */
@objectType('What can be done on a deployment now.')
export class Capabilities {
  readonly __typename?: 'Capabilities'

  @field('The agent; null when none has registered.', () => Agent, { nullable: true })
  agent!: Agent | null

  @field('Whether the agent can be reached.', () => AgentPresence)
  presence!: AgentPresence

  @field('When the agent was last heard of; null when it never was.', () => DateTime, { nullable: true })
  lastHeartbeatAt!: Date | null

  @field('The commands of the catalogue that fit what the agent can do.', () => [CapableCommand])
  commands!: readonly CapableCommand[]

  @field('Switches for dashboards, by name.', () => JSONValue)
  features!: unknown

  @field('Whether a compose agent is called first for status, logs, restart and metrics.', () => Boolean)
  composeAgent!: boolean

  @field('Why the compose agent is not used; null when it is.', () => ComposeFallbackReason, {
    nullable: true,
  })
  fallbackReason!: ComposeFallbackReason | null
}
