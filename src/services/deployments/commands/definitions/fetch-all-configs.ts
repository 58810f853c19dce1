import { z } from 'zod'
import { reportedAt, reportType } from '#services/deployments/model/command-report.js'
import { integer, json, reportedAs, text } from '#services/deployments/model/result-fields.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { codes, flag } from '#services/deployments/model/field-schemas.js'

export const fetchAllConfigs = defineCommand({
  type: 'fetch_all_configs',
  summary: 'Reads the configuration of several applications.',
  parameters: z.strictObject({
    app_codes: codes().describe('Application codes. Default: all applications.'),
    apply: flag(false).describe('Whether to write the configurations to the server as well.'),
    archive: flag(false).describe('Whether to create an archive.'),
  }),
  result: reportType('FetchAllConfigsResult', 'Result of `fetch_all_configs`.', {
    ...reportedAt('fetched_at'),
    requestedCount: integer().describe('Number of configurations requested.'),
    fetchedCount: integer().describe('Number of configurations read.'),
    appliedCount: integer().describe('Number of configurations written to the server.'),
    fetchedConfigs: reportedAs('configs', json()).describe('Fetched configurations, as reported by the agent.'),
    archivePath: text().describe('Path of the archive.'),
  }),
})
