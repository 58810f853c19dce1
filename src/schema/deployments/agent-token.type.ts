import { Int } from 'type-graphql'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { DEPLOYMENT_HASH, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { JSONValue } from '../kernel/scalars.js'
import { Agent } from './agent.type.js'
import { CommandError } from './command.type.js'

@inputType('Deployment and agent data, for registration by the owner instead of with the enrollment token.')
export class RegisterAgentInput {
  @field(DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field('Capabilities of the agent. Default: none.', () => [String], { nullable: true })
  capabilities?: readonly string[] | null

  @field('Version of the agent.', () => String, { nullable: true })
  version?: string | null

  @field('Server information: an object of at most 64 KiB.', () => JSONValue, { nullable: true })
  systemInfo?: unknown

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@inputType('Deployment whose agent gets a new token.')
export class RotateAgentTokenInput {
  @field(DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field('Seconds for which the old token stays valid.', () => Int, { nullable: true, defaultValue: 3600 })
  graceSeconds?: number | null

  @field('Whether the agent may omit X-Agent-Signature-V2 again although it has sent it before.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  allowPlainSignature?: boolean | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

/** An agent with its new token. */
@objectType('A token of an agent. Returned once.')
export class AgentToken {
  readonly __typename!: 'AgentToken'

  @field('The registered agent.', () => Agent)
  agent!: Agent

  @field('Secret with which the agent signs its requests.', () => String)
  token!: string

  @field('Environment of the agent process as KEY=value lines. Contains the token.', () => String)
  environment!: string

  @field('Warnings that did not stop the call, for example that the Vault does not have the token yet.', () => [
    CommandError,
  ])
  warnings!: readonly CommandError[]
}

export const RegisterAgentResult = unionType('RegisterAgentResult', 'The token of the new agent, or a denial.', () => [
  AgentToken,
  Refused,
])
export type RegisterAgentResult = AgentToken | Refused

export const RotateAgentTokenResult = unionType(
  'RotateAgentTokenResult',
  'The new token of the agent, or a denial.',
  () => [AgentToken, Refused],
)
export type RotateAgentTokenResult = AgentToken | Refused

/** Input of `revokeAgent`. */
@inputType('Deployment whose agent is revoked.')
export class RevokeAgentInput {
  @field(DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

/** Result of `revokeAgent`. */
export const RevokeAgentResult = unionType('RevokeAgentResult', 'The revoked agent, or a denial.', () => [
  Agent,
  Refused,
])
export type RevokeAgentResult = Agent | Refused
