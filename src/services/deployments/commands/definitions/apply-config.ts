import { z } from 'zod'
import { reportedAt, reportType } from '#services/deployments/model/command-report.js'
import {
  flag as reportedFlag,
  moment,
  nullable,
  text as reportedText,
} from '#services/deployments/model/result-fields.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCode, flag, secret, text } from '#services/deployments/model/field-schemas.js'

export const applyConfig = defineCommand({
  type: 'apply_config',
  summary: 'Writes the configuration of an application.',
  parameters: z
    .strictObject({
      app_code: appCode(),
      config_content: secret(z.string().max(1_000_000))
        .optional()
        .describe('Content to write. Only the agent can read it.'),
      destination_path: text(1000).optional().describe('Path to write to. Required with `config_content`.'),
      restart_after: flag(true).describe('Whether to restart the application afterwards.'),
    })
    .refine((given) => given.config_content === undefined || given.destination_path !== undefined, {
      path: ['destination_path'],
      message: 'is required with config_content',
    }),
  result: reportType('ApplyConfigResult', 'Result of `apply_config`.', {
    ...reportedAt('applied_at'),
    destinationPath: reportedText().describe('Path the configuration was written to.'),
    configApplied: reportedFlag().describe('Whether the configuration was written.'),
    containerRestarted: nullable().describe('Whether the application was restarted. Null if not requested.'),
    restartedAt: moment().describe("Time the application was restarted (agent's clock)."),
    restartError: reportedText().describe('Error of the restart. Null if none.'),
  }),
})
