import { z } from 'zod'
import {
  appCode as reportedAppCode,
  errors,
  moment,
  reportedAs,
  resultType,
  text,
} from '#services/deployments/results/result-fields.js'
import { defineCommand } from '../define-command.js'
import { appCode, flag } from '../parameters/field-schemas.js'

export const removeApp = defineCommand({
  type: 'remove_app',
  summary: 'Removes an application.',
  parameters: z.strictObject({
    app_code: appCode(),
    delete_config: flag(true).describe('Whether to delete the configuration.'),
    remove_volumes: flag(false).describe('Whether to delete the data. This cannot be reversed.'),
    remove_image: flag(false).describe('Whether to delete the image.'),
  }),
  result: resultType('RemoveAppResult', 'Result of `remove_app`.', {
    appCode: reportedAppCode(),
    agentStatus: reportedAs('status', text()).describe('Status as reported by the agent: `removed` or `failed`.'),
    removedAt: moment().describe("Time of the removal (agent's clock)."),
    errors: errors(),
  }),
})
