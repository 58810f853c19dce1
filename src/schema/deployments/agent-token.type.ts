import { payloadType } from '../kernel/payload.js'
import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { field } from '../kernel/decorators.js'
import { DEPLOYMENT_ID } from '../kernel/descriptions.js'
import { JSONValue } from '../kernel/scalars.js'
import { Agent } from './agent.type.js'
import { CommandError } from './command.type.js'

@ArgsType()
export class RegisterAgentArgs {
  @argument('deploymentId', DEPLOYMENT_ID, () => ID)
  deploymentHash!: string

  @field('Capabilities of the agent. Default: none.', () => [String], { nullable: true })
  capabilities?: readonly string[] | null

  @argument('softwareVersion', 'Version of the agent.', () => String, { nullable: true })
  version?: string | null

  @field('Server information: an object of at most 64 KiB.', () => JSONValue, { nullable: true })
  systemInfo?: unknown

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class RotateAgentTokenArgs {
  @argument('deploymentId', DEPLOYMENT_ID, () => ID)
  deploymentHash!: string

  @field('Seconds for which the old token stays valid.', () => Int, { nullable: true, defaultValue: 3600 })
  graceSeconds?: number | null

  @field('Whether the agent may omit X-Agent-Signature-V2 again although it has sent it before.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  allowPlainSignature?: boolean | null

  @keyArgument()
  idempotencyKey!: string
}

/** Input of `revokeAgent`. */
@ArgsType()
export class RevokeAgentArgs {
  @argument('deploymentId', DEPLOYMENT_ID, () => ID)
  deploymentHash!: string

  @keyArgument()
  idempotencyKey!: string
}

@payloadType('An agent, with its token when that is new.', 'agent')
export class AgentPayload {
  @field('The agent.', () => Agent, { nullable: true })
  agent!: Agent | null

  @field(
    'Secret with which the agent signs its requests. Returned once. Null if the token did not change.',
    () => String,
    { nullable: true },
  )
  token!: string | null

  @field(
    'Environment of the agent process as KEY=value lines. Contains the token. Null if the token did not change.',
    () => String,
    { nullable: true },
  )
  environment!: string | null

  @field(
    'Warnings that did not stop the call, for example that the Vault does not have the token yet.',
    () => [CommandError],
    { nullable: true },
  )
  warnings!: readonly CommandError[] | null
}
