import { Int } from 'type-graphql'
import { field, inputType, oneOfInputType, unionType } from '../kernel/decorators.js'
import { DEPLOYMENT_HASH, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { JSONValue } from '../kernel/scalars.js'
import { Command, CommandPriority } from './command.type.js'
import {
  ApplyConfigCommandInput,
  ConfigureFirewallCommandInput,
  ConfigureProxyCommandInput,
  FetchAllConfigsCommandInput,
  FetchConfigCommandInput,
} from './configuration-command.input.js'
import {
  ConfigDiffCommandInput,
  ErrorSummaryCommandInput,
  HealthCommandInput,
  ListContainersCommandInput,
  LogsCommandInput,
  ProbeEndpointsCommandInput,
  ServerResourcesCommandInput,
} from './diagnostic-command.input.js'
import { ActivatePipeCommandInput, DeactivatePipeCommandInput, TriggerPipeCommandInput } from './pipe-command.input.js'
import {
  AppCommandInput,
  DeployAppCommandInput,
  DeployWithConfigsCommandInput,
  ExecCommandInput,
  RemoveAppCommandInput,
  StopCommandInput,
} from './lifecycle-command.input.js'

/** A command for which there is no typed field. */
@inputType('A command type that the operator allows in addition to the registry.')
export class OtherCommandInput {
  @field('Command type as the agent knows it.', () => String)
  type!: string

  @field('Parameters as the agent expects them.', () => JSONValue)
  parameters!: unknown
}

@oneOfInputType('Exactly one field. `other` passes a type that the operator allows in addition to the registry.')
export class CommandInput {
  @field('Checks the health of one or all applications.', () => HealthCommandInput, { nullable: true })
  health?: HealthCommandInput | null

  @field('Fetches log lines of an application.', () => LogsCommandInput, { nullable: true })
  logs?: LogsCommandInput | null

  @field('Lists the containers on the server.', () => ListContainersCommandInput, { nullable: true })
  listContainers?: ListContainersCommandInput | null

  @field('Restarts an application.', () => AppCommandInput, { nullable: true })
  restart?: AppCommandInput | null

  @field('Starts an application.', () => AppCommandInput, { nullable: true })
  start?: AppCommandInput | null

  @field('Stops an application.', () => StopCommandInput, { nullable: true })
  stop?: StopCommandInput | null

  @field('Counts and groups the errors in the logs.', () => ErrorSummaryCommandInput, { nullable: true })
  errorSummary?: ErrorSummaryCommandInput | null

  @field('Installs or updates an application.', () => DeployAppCommandInput, { nullable: true })
  deployApp?: DeployAppCommandInput | null

  @field('Installs an application with its configuration.', () => DeployWithConfigsCommandInput, { nullable: true })
  deployWithConfigs?: DeployWithConfigsCommandInput | null

  @field('Removes an application.', () => RemoveAppCommandInput, { nullable: true })
  removeApp?: RemoveAppCommandInput | null

  @field('Reads the configuration of an application.', () => FetchConfigCommandInput, { nullable: true })
  fetchConfig?: FetchConfigCommandInput | null

  @field('Writes the configuration of an application.', () => ApplyConfigCommandInput, { nullable: true })
  applyConfig?: ApplyConfigCommandInput | null

  @field('Reads the configuration of several applications.', () => FetchAllConfigsCommandInput, { nullable: true })
  fetchAllConfigs?: FetchAllConfigsCommandInput | null

  @field('Compares stored configurations with the files on the server.', () => ConfigDiffCommandInput, {
    nullable: true,
  })
  configDiff?: ConfigDiffCommandInput | null

  @field('Configures the proxy route of an application.', () => ConfigureProxyCommandInput, {
    nullable: true,
  })
  configureProxy?: ConfigureProxyCommandInput | null

  @field('Opens and closes ports of the server.', () => ConfigureFirewallCommandInput, { nullable: true })
  configureFirewall?: ConfigureFirewallCommandInput | null

  @field('Runs a command line inside the container of an application.', () => ExecCommandInput, { nullable: true })
  exec?: ExecCommandInput | null

  @field('Measures the resources of the server.', () => ServerResourcesCommandInput, { nullable: true })
  serverResources?: ServerResourcesCommandInput | null

  @field('Finds the endpoints that an application offers.', () => ProbeEndpointsCommandInput, { nullable: true })
  probeEndpoints?: ProbeEndpointsCommandInput | null

  @field('Activates a pipe that forwards data between applications.', () => ActivatePipeCommandInput, {
    nullable: true,
  })
  activatePipe?: ActivatePipeCommandInput | null

  @field('Deactivates a pipe.', () => DeactivatePipeCommandInput, { nullable: true })
  deactivatePipe?: DeactivatePipeCommandInput | null

  @field('Runs a pipe once.', () => TriggerPipeCommandInput, { nullable: true })
  triggerPipe?: TriggerPipeCommandInput | null

  @field('Runs another command type that the operator allows.', () => OtherCommandInput, { nullable: true })
  other?: OtherCommandInput | null
}

@inputType('A command for the agent of a deployment.')
export class EnqueueCommandInput {
  @field(DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field('The command to run.', () => CommandInput)
  command!: CommandInput

  @field('Priority in the queue.', () => CommandPriority, { nullable: true, defaultValue: 'NORMAL' })
  priority?: CommandPriority | null

  @field('Timeout for the agent, in seconds.', () => Int, { nullable: true, defaultValue: 300 })
  timeoutSeconds?: number | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const CommandMutationResult = unionType('CommandMutationResult', 'The command, or a denial.', () => [
  Command,
  RateLimited,
  Refused,
])
export type CommandMutationResult = Command | RateLimited | Refused
