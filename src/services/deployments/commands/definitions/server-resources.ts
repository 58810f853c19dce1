import { z } from 'zod'
import { reportedAt, reportType } from '#services/deployments/model/command-report.js'
import { decimal, integer, json, reportedAs } from '#services/deployments/model/result-fields.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { flag } from '#services/deployments/model/field-schemas.js'

export const serverResources = defineCommand({
  type: 'server_resources',
  summary: 'Measures the resources of the server.',
  readOnly: true,
  parameters: z.strictObject({
    include_disk: flag(true).describe('Whether to measure the disks.'),
    include_network: flag(true).describe('Whether to measure the network.'),
  }),
  result: reportType('ServerResourcesResult', 'Result of `server_resources`.', {
    ...reportedAt('collected_at'),
    cpuUsagePercent: reportedAs('cpu_usage_pct', decimal()).describe('CPU usage in percent.'),
    memoryTotalBytes: integer().describe('Total memory, in bytes.'),
    memoryUsedBytes: integer().describe('Used memory, in bytes.'),
    memoryUsedPercent: reportedAs('memory_used_pct', decimal()).describe('Used memory in percent.'),
    diskTotalBytes: integer().describe('Total disk space, in bytes.'),
    diskUsedBytes: integer().describe('Used disk space, in bytes.'),
    diskUsedPercent: reportedAs('disk_used_pct', decimal()).describe('Used disk space in percent.'),
    network: json().describe('Network data from the agent. Null if not measured.'),
  }),
})
