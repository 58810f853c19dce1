import { unionType } from '../kernel/decorators.js'
import {
  ApplyConfigResult,
  ConfigDiffResult,
  FetchConfigResult,
  FetchAllConfigsResult,
} from './configuration-result.type.js'
import { ListContainersResult, HealthResult } from './container-result.type.js'
import {
  ErrorSummaryResult,
  LogsResult,
  ProbeEndpointsResult,
  ServerResourcesResult,
} from './diagnostic-result.type.js'
import { ConfigureFirewallResult, ConfigureProxyResult } from './network-result.type.js'
import { PipeResult } from './pipe-result.type.js'
import {
  ContainerActionResult,
  DeployAppResult,
  ExecResult,
  UntypedResult,
  RemoveAppResult,
  ShellResult,
} from './lifecycle-result.type.js'

export const CommandResult = unionType('CommandResult', 'Result of a command, one type per command type.', () => [
  HealthResult,
  LogsResult,
  ListContainersResult,
  ErrorSummaryResult,
  ServerResourcesResult,
  ProbeEndpointsResult,
  ContainerActionResult,
  DeployAppResult,
  RemoveAppResult,
  ExecResult,
  FetchConfigResult,
  ApplyConfigResult,
  FetchAllConfigsResult,
  ConfigDiffResult,
  ConfigureProxyResult,
  ConfigureFirewallResult,
  PipeResult,
  ShellResult,
  UntypedResult,
])
export type CommandResult =
  | HealthResult
  | LogsResult
  | ListContainersResult
  | ErrorSummaryResult
  | ServerResourcesResult
  | ProbeEndpointsResult
  | ContainerActionResult
  | DeployAppResult
  | RemoveAppResult
  | ExecResult
  | FetchConfigResult
  | ApplyConfigResult
  | FetchAllConfigsResult
  | ConfigDiffResult
  | ConfigureProxyResult
  | ConfigureFirewallResult
  | PipeResult
  | ShellResult
  | UntypedResult
