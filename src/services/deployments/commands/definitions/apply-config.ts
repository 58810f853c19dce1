import { z } from 'zod'
import { timeOf } from '#services/deployments/model/arrange-result.js'
import { configResult } from '#services/deployments/model/shared-results.js'
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
  result: configResult,
  arrangeResult: (result) => ({ ...timeOf('applied_at')(result), applied: result['config_applied'] === true }),
})
