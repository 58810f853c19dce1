import { z } from 'zod'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { whole } from '#services/deployments/model/field-schemas.js'

export const checkConnections = defineCommand({
  type: 'check_connections',
  summary: 'Counts the connections to ports.',
  supported: false,
  parameters: z.strictObject({
    ports: z
      .array(whole(1, 65_535))
      .max(100)
      .optional()
      .describe('Ports to check. Default: 80, 443, 8080, 3000 and 8443.'),
  }),
  result: null,
})
