import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Agent } from '#schema/deployments/agent.type.js'
import type { CommandScope, CommandType } from '#schema/deployments/capabilities.type.js'
import type { Command } from '#schema/deployments/command.type.js'
import type { ServerLoad } from '#schema/deployments/deployment-server.type.js'
import type { Deployment } from '#schema/deployments/deployment.type.js'
import type { CommandTypeView } from '#services/deployments/capabilities/capabilities.js'
import { encodeCursor } from '#services/kernel/events/cursor.js'
import { deploymentAppId } from '#services/deployments/queries/deployment-app-id.js'
import type { LoadPeriod } from '#services/deployments/hooks/server-metrics.sql.js'
import type { StoredSample } from '#services/deployments/hooks/store-sample.js'
import { priorityOf } from '#services/deployments/commands/command-priority.js'
import { presenceOf } from '#services/deployments/presence/presence.js'
import type { RequestContext } from '#context/request-context.js'

export const toDeployment = (row: DeploymentRow): Deployment => ({
  __typename: 'Deployment',
  id: row.id,
  hash: row.hash,
  accountId: row.accountId,
  templateId: row.templateId,
  displayName: row.name,
  status: row.status,
  stack: row.stack,
  templateVersion: row.templateVersion,
  apps: row.apps.map((app) => ({
    __typename: 'DeploymentApp',
    ...app,
    id: deploymentAppId(row.id, app.code),
    deploymentId: row.id,
  })),
  startedAt: row.createdAt,
  startedByUserId: row.startedByUserId,
  stoppedAt: row.stoppedAt,
  completedAt: row.completedAt,
  valuesSealed: row.valuesSealed,
  serverAddress: row.serverAddress,
  cursor: encodeCursor(row.id, row.version),
})

export async function toAgent(context: RequestContext, row: AgentRow): Promise<Agent> {
  return {
    __typename: 'Agent',
    id: row.id,
    deploymentId: row.deploymentId,
    presence: presenceOf(row, await context.loaders.hasOutstandingCommand.load(row.deploymentId), context.timers.now()),
    lastHeartbeatAt: row.lastHeartbeatAt,
    softwareVersion: row.version,
    systemInfo: row.systemInfo,
    declaredCapabilities: row.capabilities,
    revokedAt: row.revokedAt,
  }
}

export const toCommand = (row: CommandRow): Command => ({
  __typename: 'Command',
  id: row.id,
  deploymentId: row.deploymentId,
  deploymentHash: row.deploymentHash,
  type: row.type,
  appCode: row.appCode,
  status: row.status,
  priority: priorityOf(row.priority),
  inlineParameters: row.parameters,
  hasLargeParameters: row.hasLargeParameters ?? false,
  inlineResult: row.result,
  hasLargeResult: row.hasLargeResult ?? false,
  reportId: row.reportId,
  error: row.error,
  warnings: row.warnings,
  attempt: row.attempt,
  timeoutSeconds: row.timeoutSeconds,
  leaseUntil: row.leaseUntil,
  createdAt: row.createdAt,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
  createdByUserId: row.createdByUserId,
})

export const toCommandType = ({ button, ...view }: CommandTypeView): CommandType => ({
  ...view,
  label: button?.label ?? null,
  icon: button?.icon ?? null,
  scope: (button?.scope.toUpperCase() as CommandScope | undefined) ?? null,
  requires: button?.requires ?? null,
})

export function toServerLoad({ metrics: sample, receivedAt }: StoredSample): ServerLoad {
  const measured = (name: string) => sample[name] ?? null
  const bytes = (name: string) => (sample[name] === undefined ? null : Math.round(sample[name]))
  return {
    measuredAt: new Date(sample.timestamp_ms),
    receivedAt,
    cpuUsagePercent: measured('cpu_usage_pct'),
    peakCpuUsagePercent: measured('cpu_usage_pct'),
    memoryUsedBytes: bytes('memory_used_bytes'),
    memoryTotalBytes: bytes('memory_total_bytes'),
    memoryUsedPercent: measured('memory_used_pct'),
    peakMemoryUsedPercent: measured('memory_used_pct'),
    diskUsedBytes: bytes('disk_used_bytes'),
    diskTotalBytes: bytes('disk_total_bytes'),
    diskUsedPercent: measured('disk_used_pct'),
    peakDiskUsedPercent: measured('disk_used_pct'),
  }
}

export const toLoadPoint = (period: LoadPeriod): ServerLoad => ({
  measuredAt: null,
  receivedAt: period.startedAt,
  cpuUsagePercent: period.cpuAverage,
  peakCpuUsagePercent: period.cpuMax,
  memoryUsedPercent: period.memoryAverage,
  peakMemoryUsedPercent: period.memoryMax,
  diskUsedPercent: period.diskAverage,
  peakDiskUsedPercent: period.diskMax,
  memoryUsedBytes: null,
  memoryTotalBytes: null,
  diskUsedBytes: null,
  diskTotalBytes: null,
})
