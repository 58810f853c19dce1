import { z } from 'zod'
import { decimal, integer, json, moment, resultType } from '#services/deployments/results/result-fields.js'
import { defineCommand } from '../define-command.js'
import { flag } from '../parameters/field-schemas.js'

export const serverResources = defineCommand({
  type: 'server_resources',
  summary: 'Measures the resources of the server.',
  readOnly: true,
  parameters: z.strictObject({
    include_disk: flag(true).describe('Whether to measure the disks.'),
    include_network: flag(true).describe('Whether to measure the network.'),
  }),
  result: resultType('ServerResourcesResult', 'Result of `server_resources`.', {
    collectedAt: moment().describe("Time of the measurement (agent's clock)."),
    cpuUsagePct: decimal().describe('CPU usage in percent.'),
    memoryTotalBytes: integer().describe('Total memory, in bytes.'),
    memoryUsedBytes: integer().describe('Used memory, in bytes.'),
    memoryUsedPct: decimal().describe('Used memory in percent.'),
    diskTotalBytes: integer().describe('Total disk space, in bytes.'),
    diskUsedBytes: integer().describe('Used disk space, in bytes.'),
    diskUsedPct: decimal().describe('Used disk space in percent.'),
    network: json().describe('Network data from the agent.'),
  }),
})
