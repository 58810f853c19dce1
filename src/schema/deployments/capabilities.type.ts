import { enumType, field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue } from '../kernel/scalars.js'
import { Agent, AgentPresence } from './agent.type.js'

export const ComposeFallbackReason = enumType('ComposeFallbackReason', 'Reason the compose agent is not used.', {
  MISSING_REGISTRATION: 'No compose agent has registered.',
  UNHEALTHY_HEARTBEAT: 'The compose agent has sent no heartbeat for too long, or reports problems.',
  TOKEN_FETCH_FAILURE: 'The token of the compose agent could not be read from the secret store, or was not accepted.',
})
export type ComposeFallbackReason = keyof typeof ComposeFallbackReason

export const CommandScope = enumType('CommandScope', 'Object that a command acts on.', {
  CONTAINER: 'One application.',
  DEPLOYMENT: 'The whole deployment.',
})
export type CommandScope = keyof typeof CommandScope

/** One command of the registry. */
@objectType('A command of the registry, and whether the agent supports it.')
export class CapableCommand {
  readonly __typename?: 'CapableCommand'

  @field('Command type to enqueue, for example `restart`.', () => String)
  type!: string

  @field('Label for a button.', () => String)
  label!: string

  @field('Name of an icon.', () => String)
  icon!: string

  @field('Object of the command.', () => CommandScope)
  scope!: CommandScope

  @field('Capability the agent needs, for example `docker`.', () => String)
  requires!: string

  @field('Whether agents of this version run the command.', () => Boolean)
  supported!: boolean
}

@objectType('A command of the registry, with its support by the agent of a deployment.')
export class CatalogCommand {
  readonly __typename?: 'CatalogCommand'

  @field('Command type, for example `deploy_app`. `CommandInput` has a field of this name in camelCase.', () => String)
  type!: string

  @field('One-line description of the command.', () => String)
  summary!: string

  @field('Whether the agent supports the command. Without an agent: whether agents of this version do.', () => Boolean)
  supported!: boolean

  @field('Capability that the agent has not declared and the command needs. Null if none.', () => String, {
    nullable: true,
  })
  missingCapability!: string | null
}

@objectType('Current capabilities of a deployment.')
export class Capabilities {
  readonly __typename?: 'Capabilities'

  @field('Agent of the deployment. Null if none has registered.', () => Agent, { nullable: true })
  agent!: Agent | null

  @field('Current presence of the agent.', () => AgentPresence)
  presence!: AgentPresence

  @field("Time of the agent's last heartbeat (machine clock). Null if none.", () => DateTime, { nullable: true })
  lastHeartbeatAt!: Date | null

  @field("Commands of the registry that match the agent's capabilities.", () => [CapableCommand])
  commands!: readonly CapableCommand[]

  @field('Every command of the registry, with its support.', () => [CatalogCommand])
  catalog!: readonly CatalogCommand[]

  @field('Feature switches for dashboards, by name.', () => JSONValue)
  features!: unknown

  @field('Whether a compose agent is called first for status, logs, restart and metrics.', () => Boolean)
  composeAgent!: boolean

  @field('Reason the compose agent is not used. Null if it is used.', () => ComposeFallbackReason, {
    nullable: true,
  })
  fallbackReason!: ComposeFallbackReason | null
}
