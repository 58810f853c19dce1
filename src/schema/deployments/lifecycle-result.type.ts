import { field, objectType } from '../kernel/decorators.js'
import { REPORTED_APP_CODE } from '../kernel/descriptions.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { CommandError } from './command.type.js'
import { moreField } from './more-field.js'
import { ActionOutcome, ContainerState } from './result-states.type.js'

@objectType('Result of `restart`, `start` or `stop`.')
export class ContainerActionResult {
  readonly __typename!: 'ContainerActionResult'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field('Outcome of the action.', () => ActionOutcome)
  outcome!: ActionOutcome

  @field('State of the container after the action.', () => ContainerState)
  containerState!: ContainerState

  @field('Errors reported by the agent.', () => [CommandError])
  errors!: readonly CommandError[]

  @moreField()
  more!: unknown
}

@objectType('Result of `deploy_app` or `deploy_with_configs`.')
export class DeployAppResult {
  readonly __typename!: 'DeployAppResult'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field('Status as reported by the agent: `deployed` or `failed`.', () => String, { nullable: true })
  agentStatus!: string | null

  @field('State of the container after the deployment.', () => ContainerState)
  containerState!: ContainerState

  @field('Container runtime.', () => String, { nullable: true })
  runtime!: string | null

  @field("Time of the deployment (agent's clock).", () => DateTime, { nullable: true })
  deployedAt!: Date | null

  @field('Output of Docker.', () => String, { nullable: true })
  output!: string | null

  @field('Warnings from the agent.', () => JSONValue, { nullable: true })
  warnings!: unknown

  @field('Errors reported by the agent.', () => [CommandError])
  errors!: readonly CommandError[]

  @moreField()
  more!: unknown
}

@objectType('Result of `remove_app`.')
export class RemoveAppResult {
  readonly __typename!: 'RemoveAppResult'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field('Status as reported by the agent: `removed` or `failed`.', () => String, { nullable: true })
  agentStatus!: string | null

  @field("Time of the removal (agent's clock).", () => DateTime, { nullable: true })
  removedAt!: Date | null

  @field('Errors reported by the agent.', () => [CommandError])
  errors!: readonly CommandError[]

  @moreField()
  more!: unknown
}

@objectType('Result of `exec`.')
export class ExecResult {
  readonly __typename!: 'ExecResult'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field('Command line that ran.', () => String, { nullable: true })
  command!: string | null

  @field('Exit code. Null if the process was killed.', () => SafeInt, { nullable: true })
  exitCode!: number | null

  @field('Standard output.', () => String, { nullable: true })
  stdout!: string | null

  @field('Standard error output.', () => String, { nullable: true })
  stderr!: string | null

  @field('Whether a secret was removed from the output.', () => Boolean)
  redacted!: boolean

  @field("Time the command line ran (agent's clock).", () => DateTime, { nullable: true })
  executedAt!: Date | null

  @moreField()
  more!: unknown
}

@objectType('Result of a command line on the server.')
export class ShellResult {
  readonly __typename!: 'ShellResult'

  @field('Standard output.', () => String, { nullable: true })
  stdout!: string | null

  @field('Standard error output.', () => String, { nullable: true })
  stderr!: string | null

  @field('Exit code. Null if the process was killed.', () => SafeInt, { nullable: true })
  exitCode!: number | null

  @moreField()
  more!: unknown
}

@objectType('Result of a command outside the registry.')
export class UntypedResult {
  readonly __typename!: 'UntypedResult'

  @field('Result as reported by the agent.', () => JSONValue, { nullable: true })
  value!: unknown
}
