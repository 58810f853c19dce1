import { z } from 'zod'
import { timeOf } from '#services/deployments/model/arrange-result.js'
import { appActionResult } from '#services/deployments/model/shared-results.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCode, flag } from '#services/deployments/model/field-schemas.js'
import { registryAuth, runtime } from '#services/deployments/model/shared-inputs.js'

export const deployWithConfigs = defineCommand({
  type: 'deploy_with_configs',
  summary: 'Installs an application with its configuration.',
  rate: 'deploy_rate',
  namesNewApp: true,
  parameters: z.strictObject({
    app_code: appCode(),
    pull: flag(true).describe('Whether to pull newer images first.'),
    force_recreate: flag(false).describe('Recreate the containers even if nothing changed.'),
    apply_configs: flag(true).describe('Whether to write the configuration first.'),
    runtime: runtime().optional(),
    registry_auth: registryAuth(),
  }),
  result: appActionResult,
  arrangeResult: timeOf('deployed_at'),
})
