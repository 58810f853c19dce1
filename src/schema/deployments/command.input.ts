import { ID, Int } from 'type-graphql'
import { COMMANDS } from '#services/deployments/commands/definitions/command-registry.js'
import { parameterTree } from '#services/deployments/model/parameter-tree.js'
import { field, inputType, objectType, oneOfInputType, unionType } from '../kernel/decorators.js'
import { DEPLOYMENT_HASH, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { JSONValue } from '../kernel/scalars.js'
import { Command, CommandPriority } from './command.type.js'
import { camelCase, inputTypeOf, newClass, pascalCase } from './command-inputs.js'

/** A command for which there is no typed field. */
@inputType('A command type that the operator allows in addition to the registry.')
export class OtherCommandInput {
  @field('Command type as the agent knows it.', () => String)
  type!: string

  @field('Parameters as the agent expects them.', () => JSONValue)
  parameters!: unknown
}

/** One field for each supported command of the registry, and `other`. */
export const CommandInput = newClass('CommandInput')
oneOfInputType('Exactly one field. `other` passes a type that the operator allows in addition to the registry.')(
  CommandInput,
)
for (const spec of COMMANDS) {
  const tree = spec.supported ? parameterTree(spec) : null
  if (!tree) continue
  const name = tree.title ?? `${pascalCase(spec.type)}CommandInput`
  const type = inputTypeOf(name, tree.typeDescription ?? spec.summary, tree)
  field(spec.summary, () => type, { nullable: true })(CommandInput.prototype, camelCase(spec.type))
}
field('Runs another command type that the operator allows.', () => OtherCommandInput, { nullable: true })(
  CommandInput.prototype,
  'other',
)

@inputType('A command for the agent of a deployment.')
export class EnqueueCommandInput {
  @field(DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field('The command to run.', () => CommandInput)
  command!: object

  @field('Priority in the queue.', () => CommandPriority, { nullable: true, defaultValue: 'NORMAL' })
  priority?: CommandPriority | null

  @field('Timeout for the agent, in seconds.', () => Int, { nullable: true, defaultValue: 300 })
  timeoutSeconds?: number | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const EnqueueCommandResult = unionType('EnqueueCommandResult', 'The queued command, or a denial.', () => [
  Command,
  RateLimited,
  Refused,
])
export type EnqueueCommandResult = Command | RateLimited | Refused

@inputType('Command to cancel.')
export class CancelCommandInput {
  @field('ID of the command.', () => ID)
  commandId!: string
}

export const CancelCommandResult = unionType(
  'CancelCommandResult',
  'The command, canceled or marked as such, or a denial.',
  () => [Command, Refused],
)
export type CancelCommandResult = Command | Refused

@inputType('A command for the agents of several deployments.')
export class EnqueueCommandsInput {
  @field('Hashes of 1 to 100 deployments, each once.', () => [String])
  deploymentHashes!: readonly string[]

  @field('The command to run.', () => CommandInput)
  command!: object

  @field('Priority in the queues.', () => CommandPriority, { nullable: true, defaultValue: 'NORMAL' })
  priority?: CommandPriority | null

  @field('Timeout for the agents, in seconds.', () => Int, { nullable: true, defaultValue: 300 })
  timeoutSeconds?: number | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

/** `result` is added by its resolver, so that an error has the path of its item. */
@objectType('Result of `enqueueCommands` for one deployment.')
export class EnqueueCommandsItem {
  readonly __typename?: 'EnqueueCommandsItem'

  @field(DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field(
    'Key under which `operation` finds this command: the key of the call, a colon and the hash; a hash of both if that is longer than 255 characters.',
    () => String,
  )
  idempotencyKey!: string
}

@objectType('Results of `enqueueCommands`, in the order of the deployments.')
export class EnqueueCommandsPayload {
  readonly __typename!: 'EnqueueCommandsPayload'

  @field('One result for each deployment.', () => [EnqueueCommandsItem])
  items!: readonly EnqueueCommandsItem[]
}

export const EnqueueCommandsResult = unionType('EnqueueCommandsResult', 'The results, or a denial.', () => [
  EnqueueCommandsPayload,
  Refused,
])
export type EnqueueCommandsResult = EnqueueCommandsPayload | Refused
