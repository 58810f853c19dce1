import { unionType } from '../kernel/decorators.js'
import {
  AppliedConfigResult,
  ConfigDiffResult,
  FetchedConfigResult,
  FetchedConfigsResult,
} from './configuration-result.type.js'
import { ContainersResult, HealthResult } from './container-result.type.js'
import { ErrorSummaryResult, LogsResult, ProbeResult, ServerResourcesResult } from './diagnostic-result.type.js'
import { FirewallResult, ProxyResult } from './network-result.type.js'
import { PipeResult } from './pipe-result.type.js'
import {
  ContainerActionResult,
  DeployResult,
  ExecResult,
  OtherResult,
  RemoveResult,
  ShellResult,
} from './lifecycle-result.type.js'

export const CommandResult = unionType('CommandResult', 'Result of a command, one type per command type.', () => [
  HealthResult,
  LogsResult,
  ContainersResult,
  ErrorSummaryResult,
  ServerResourcesResult,
  ProbeResult,
  ContainerActionResult,
  DeployResult,
  RemoveResult,
  ExecResult,
  FetchedConfigResult,
  AppliedConfigResult,
  FetchedConfigsResult,
  ConfigDiffResult,
  ProxyResult,
  FirewallResult,
  PipeResult,
  ShellResult,
  OtherResult,
])
export type CommandResult =
  | HealthResult
  | LogsResult
  | ContainersResult
  | ErrorSummaryResult
  | ServerResourcesResult
  | ProbeResult
  | ContainerActionResult
  | DeployResult
  | RemoveResult
  | ExecResult
  | FetchedConfigResult
  | AppliedConfigResult
  | FetchedConfigsResult
  | ConfigDiffResult
  | ProxyResult
  | FirewallResult
  | PipeResult
  | ShellResult
  | OtherResult
