import { z } from 'zod'
import { liftMembers, timeOf } from '#services/deployments/model/arrange-result.js'
import { configResult } from '#services/deployments/model/shared-results.js'
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
  result: configResult,
  arrangeResult: (result) => timeOf('fetched_at')(liftMembers('config')(result)),
})
