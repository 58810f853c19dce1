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

@objectType('A type of command that agents can run.')
export class CommandType {
  readonly __typename?: 'CommandType'

  @field('Command type, for example `deploy_app`. `CommandInput` has a field of this name in camelCase.', () => String)
  type!: string

  @field('One-line description of the command.', () => String)
  summary!: string

  @field('Label for a button. Null for commands that dashboards show no button for.', () => String, { nullable: true })
  label!: string | null

  @field('Name of the icon of the button. Null without one.', () => String, { nullable: true })
  icon!: string | null

  @field('Object of the button. Null without one.', () => CommandScope, { nullable: true })
  scope!: CommandScope | null

  @field('Capability that the agent needs, for example `docker`. Null if it needs none.', () => String, {
    nullable: true,
  })
  requires!: string | null

  @field('Whether a second delivery of the command is harmless.', () => Boolean)
  readOnly!: boolean

  @field('Whether the agent runs the command. Without an agent: whether agents of this version do.', () => Boolean)
  supported!: boolean

  @field('Capability that the command needs and the agent has not declared. Null if none.', () => String, {
    nullable: true,
  })
  missingCapability!: string | null

  @field('JSON Schema of the parameters. Null if no agent documents them.', () => JSONValue, { nullable: true })
  parametersSchema!: unknown
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

  @field("Commands with a button that match the agent's capabilities.", () => [CommandType])
  commands!: readonly CommandType[]

  @field('Every command of the registry, with its support.', () => [CommandType])
  catalog!: readonly CommandType[]

  @field('Feature switches for dashboards, by name.', () => JSONValue)
  features!: unknown

  @field('Whether a compose agent is called first for status, logs, restart and metrics.', () => Boolean)
  composeAgent!: boolean

  @field('Reason the compose agent is not used. Null if it is used.', () => ComposeFallbackReason, {
    nullable: true,
  })
  fallbackReason!: ComposeFallbackReason | null
}
