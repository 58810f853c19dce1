import { z } from 'zod'
import { liftMembers } from '#services/deployments/model/arrange-result.js'
import { reportedAt, reportType } from '#services/deployments/model/command-report.js'
import { integer, moment, nullable, text } from '#services/deployments/model/result-fields.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCode, flag } from '#services/deployments/model/field-schemas.js'

export const fetchConfig = defineCommand({
  type: 'fetch_config',
  summary: 'Reads the configuration of an application.',
  readOnly: true,
  writesWith: (parameters) => parameters['apply'] === true,
  parameters: z.strictObject({
    app_code: appCode(),
    apply: flag(false).describe('Whether to write the configuration to the server as well.'),
  }),
  result: reportType(
    'FetchConfigResult',
    'Result of `fetch_config`.',
    {
      ...reportedAt('fetched_at'),
      contentType: text().describe('Content type of the file.'),
      destinationPath: text().describe('Path of the file on the server.'),
      fileMode: text().describe('Permissions of the file.'),
      contentLength: integer().describe('Size of the content, in bytes.'),
      applied: nullable().describe('Whether the configuration was written to the server. Null if not requested.'),
      appliedAt: moment().describe("Time the configuration was written (agent's clock)."),
      applyError: text().describe('Error of writing the configuration. Null if none.'),
    },
    ['config'],
  ),
  arrangeResult: liftMembers('config'),
})
