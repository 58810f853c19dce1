import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { COMMANDS } from '#services/deployments/commands/definitions/command-registry.js'
import { parameterTree } from '#services/deployments/model/parameter-tree.js'
import { field, inputType, oneOfInputType } from '../kernel/decorators.js'
import { DEPLOYMENT_ID } from '../kernel/descriptions.js'
import { JSONValue } from '../kernel/scalars.js'
import { CommandPriority } from './command.type.js'
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

@ArgsType()
export class EnqueueCommandArgs {
  @argument('deploymentId', DEPLOYMENT_ID, () => ID)
  deploymentHash!: string

  @field('The command to run.', () => CommandInput)
  command!: object

  @field('Priority in the queue.', () => CommandPriority, { nullable: true, defaultValue: 'NORMAL' })
  priority?: CommandPriority | null

  @field('Timeout for the agent, in seconds.', () => Int, { nullable: true, defaultValue: 300 })
  timeoutSeconds?: number | null

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class CancelCommandArgs {
  @argument('id', 'ID of the command.', () => ID)
  commandId!: string
}
