import { z } from 'zod'
import { normalizeAction } from '#services/deployments/model/normalize-fields.js'
import { appActionResult } from '#services/deployments/model/shared-results.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCode, container, named, whole } from '#services/deployments/model/field-schemas.js'

export const stop = defineCommand({
  type: 'stop',
  summary: 'Stops an application.',
  button: { label: 'Stop', icon: 'fa-stop', scope: 'container', requires: 'docker' },
  parameters: z.strictObject({
    app_code: appCode(),
    container: container(),
    timeout: named('timeoutSeconds', whole(1, 300, 'seconds'))
      .default(30)
      .describe('Seconds to wait for a graceful stop.'),
  }),
  result: appActionResult,
  normalizeResult: normalizeAction,
})
