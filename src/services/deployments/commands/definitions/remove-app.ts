import { z } from 'zod'
import { timeOf } from '#services/deployments/model/arrange-result.js'
import { appActionResult } from '#services/deployments/model/shared-results.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCode, flag } from '#services/deployments/model/field-schemas.js'

export const removeApp = defineCommand({
  type: 'remove_app',
  summary: 'Removes an application.',
  parameters: z.strictObject({
    app_code: appCode(),
    delete_config: flag(true).describe('Whether to delete the configuration.'),
    remove_volumes: flag(false).describe('Whether to delete the data. This cannot be reversed.'),
    remove_image: flag(false).describe('Whether to delete the image.'),
  }),
  result: appActionResult,
  arrangeResult: timeOf('removed_at'),
})
