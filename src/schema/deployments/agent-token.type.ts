import { Int } from 'type-graphql'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { Refused } from '../kernel/refused.type.js'
import { JSONValue } from '../kernel/scalars.js'
import { Agent } from './agent.type.js'
import { CommandError } from './command.type.js'

/** Which agent to register. */
@inputType('Registers an agent for a deployment, as its owner rather than with the enrolment token.')
export class RegisterAgentInput {
  @field("The deployment's hash.", () => String)
  deploymentHash!: string

  @field('What the agent can do, as it names it. Left out: nothing yet.', () => [String], { nullable: true })
  capabilities?: string[] | null

  @field("The agent's version.", () => String, { nullable: true })
  version?: string | null

  @field('What is known about the server.', () => JSONValue, { nullable: true })
  systemInfo?: unknown

  @field(
    "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** Which agent is to get a new token. */
@inputType('Gives the agent of a deployment a new token.')
export class RotateAgentTokenInput {
  @field("The deployment's hash.", () => String)
  deploymentHash!: string

  @field('For how many seconds the old token still works.', () => Int, { nullable: true, defaultValue: 3600 })
  graceSeconds?: number | null

  @field('True: the agent may omit X-Agent-Signature-V2 again although it has sent it before.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  allowPlainSignature?: boolean | null

  @field(
    "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** An agent with its new token. */
@objectType("The token is shown once. `environment` is what the agent's process needs, as KEY=value lines.")
export class AgentToken {
  readonly __typename!: 'AgentToken'

  @field('The agent.', () => Agent)
  agent!: Agent

  @field('The secret with which the agent signs.', () => String)
  token!: string

  @field("What the agent's process needs in its environment, as KEY=value lines; it contains the token.", () => String)
  environment!: string

  @field('Warnings that did not stop the call, for example that the Vault does not have the token yet.', () => [
    CommandError,
  ])
  warnings!: readonly CommandError[]
}

/** What `registerAgent` and `rotateAgentToken` answer. */
export const AgentTokenResult = unionType('AgentTokenResult', 'The agent with its token, or why there is none.', () => [
  AgentToken,
  Refused,
])
export type AgentTokenResult = AgentToken | Refused

/** Input of `revokeAgent`. */
@inputType('Ends every token of the agent of a deployment.')
export class RevokeAgentInput {
  @field("The deployment's hash.", () => String)
  deploymentHash!: string

  @field(
    "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** Result of `revokeAgent`. */
export const RevokeAgentResult = unionType('RevokeAgentResult', 'The revoked agent, or why it was not revoked.', () => [
  Agent,
  Refused,
])
export type RevokeAgentResult = Agent | Refused
