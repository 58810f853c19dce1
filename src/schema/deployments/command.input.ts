import { Int } from 'type-graphql'
import { field, inputType, oneOfInputType, unionType } from '../kernel/decorators.js'
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
} from './configuring-command.input.js'
import {
  ConfigDiffCommandInput,
  ErrorSummaryCommandInput,
  HealthCommandInput,
  ListContainersCommandInput,
  LogsCommandInput,
  ProbeEndpointsCommandInput,
  ServerResourcesCommandInput,
} from './looking-command.input.js'
import { ActivatePipeCommandInput, DeactivatePipeCommandInput, TriggerPipeCommandInput } from './pipe-command.input.js'
import {
  AppCommandInput,
  DeployAppCommandInput,
  DeployWithConfigsCommandInput,
  ExecCommandInput,
  RemoveAppCommandInput,
  StopCommandInput,
} from './running-command.input.js'

/** A command for which there is no typed field. */
@inputType('Any other command that the operator allows.')
export class OtherCommandInput {
  @field('Its type, as the agent knows it.', () => String)
  type!: string

  @field('Its parameters, as the agent expects them.', () => JSONValue)
  parameters!: unknown
}

/** What the agent is to do; each field is named by its type. */
@oneOfInputType("Exactly one field. The types grow with the agent's catalogue; `other` passes what an operator allows.")
export class CommandInput {
  @field('Asks whether an application, or all of them, are well.', () => HealthCommandInput, { nullable: true })
  health?: HealthCommandInput | null

  @field('Fetches lines of the log of an application.', () => LogsCommandInput, { nullable: true })
  logs?: LogsCommandInput | null

  @field('Lists the containers on the server.', () => ListContainersCommandInput, { nullable: true })
  listContainers?: ListContainersCommandInput | null

  @field('Restarts an application.', () => AppCommandInput, { nullable: true })
  restart?: AppCommandInput | null

  @field('Starts an application.', () => AppCommandInput, { nullable: true })
  start?: AppCommandInput | null

  @field('Stops an application.', () => StopCommandInput, { nullable: true })
  stop?: StopCommandInput | null

  @field('Counts and sorts the errors in the logs.', () => ErrorSummaryCommandInput, { nullable: true })
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

  @field('Reads the configuration of many applications.', () => FetchAllConfigsCommandInput, { nullable: true })
  fetchAllConfigs?: FetchAllConfigsCommandInput | null

  @field('Compares configuration with what is on the server.', () => ConfigDiffCommandInput, { nullable: true })
  configDiff?: ConfigDiffCommandInput | null

  @field('Sets up the route under which an application is reached.', () => ConfigureProxyCommandInput, {
    nullable: true,
  })
  configureProxy?: ConfigureProxyCommandInput | null

  @field('Opens and closes ports of the server.', () => ConfigureFirewallCommandInput, { nullable: true })
  configureFirewall?: ConfigureFirewallCommandInput | null

  @field('Runs a command inside the container of an application.', () => ExecCommandInput, { nullable: true })
  exec?: ExecCommandInput | null

  @field('Measures the server.', () => ServerResourcesCommandInput, { nullable: true })
  serverResources?: ServerResourcesCommandInput | null

  @field('Looks for the interfaces that an application offers.', () => ProbeEndpointsCommandInput, { nullable: true })
  probeEndpoints?: ProbeEndpointsCommandInput | null

  @field('Sets a pipe between applications in motion.', () => ActivatePipeCommandInput, { nullable: true })
  activatePipe?: ActivatePipeCommandInput | null

  @field('Ends a pipe.', () => DeactivatePipeCommandInput, { nullable: true })
  deactivatePipe?: DeactivatePipeCommandInput | null

  @field('Runs a pipe once.', () => TriggerPipeCommandInput, { nullable: true })
  triggerPipe?: TriggerPipeCommandInput | null

  @field('Something else that the operator allows.', () => OtherCommandInput, { nullable: true })
  other?: OtherCommandInput | null
}

/** A command for the agent of a deployment. */
@inputType('A command for the agent of a deployment.')
export class EnqueueCommandInput {
  @field("The deployment's hash.", () => String)
  deploymentHash!: string

  @field('What to do.', () => CommandInput)
  command!: CommandInput

  @field('How urgent it is.', () => CommandPriority, { nullable: true, defaultValue: 'NORMAL' })
  priority?: CommandPriority | null

  @field('How many seconds the agent has for it.', () => Int, { nullable: true, defaultValue: 300 })
  timeoutSeconds?: number | null

  @field(
    "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** What `enqueueCommand` and `cancelCommand` answer. */
export const CommandMutationResult = unionType('CommandMutationResult', 'The command, or why not.', () => [
  Command,
  RateLimited,
  Refused,
])
export type CommandMutationResult = Command | RateLimited | Refused
