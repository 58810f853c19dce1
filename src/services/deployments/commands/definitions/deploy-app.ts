import { z } from 'zod'
import { timeOf } from '#services/deployments/model/arrange-result.js'
import { appActionResult } from '#services/deployments/model/shared-results.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCode, flag, inputType, secret, text } from '#services/deployments/model/field-schemas.js'
import { registryAuth, runtime } from '#services/deployments/model/shared-inputs.js'

const driftCheck = inputType('DriftCheckInput', 'Settings of the drift check for a file.', {
  enabled: z.boolean().describe('Whether to check for drift.'),
  hash_source: text(100).describe('Source of the reference hash.'),
})

const configFile = inputType('ConfigFileInput', 'A configuration file to write to the server.', {
  content: secret(z.string().max(1_000_000)).describe('Content of the file. Only the agent can read it.'),
  destination_path: text(1000).describe('Path on the server to write the file to.'),
  content_type: text(100).default('text/plain').describe('Content type of the file.'),
  file_mode: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'is an octal mode such as 0644')
    .default('0644')
    .describe('Permissions of the file.'),
  owner: text(100).optional().describe('User owner of the file.'),
  group: text(100).optional().describe('Group owner of the file.'),
  force_overwrite: z.boolean().optional().describe('Whether to replace a file that was changed on the server.'),
  drift_check: driftCheck.optional().describe('Settings of the drift check. Default: no check.'),
})

export const deployApp = defineCommand({
  type: 'deploy_app',
  summary: 'Installs or updates an application.',
  rate: 'deploy_rate',
  namesNewApp: true,
  parameters: z.strictObject({
    app_code: appCode(),
    compose_content: secret(text(1_000_000))
      .optional()
      .describe('Compose file of the application. Only the agent can read it.'),
    image: text(500).optional().describe('Image of the application. Agents of this version ignore it.'),
    env_vars: secret(z.record(z.string().regex(/^[A-Za-z_]\w{0,200}$/), z.string()))
      .optional()
      .describe('Environment variables by name. Only the agent can read their values.'),
    config_files: z.array(configFile).max(100).optional().describe('Files to write before the application starts.'),
    pull: flag(true).describe('Whether to pull newer images first.'),
    force_recreate: flag(false).describe('Recreate the containers even if nothing changed.'),
    force_config_overwrite: flag(false).describe('Whether to replace files that were changed on the server.'),
    runtime: runtime().default('runc'),
    registry_auth: registryAuth(),
  }),
  result: appActionResult,
  arrangeResult: timeOf('deployed_at'),
})
