import { normalizeAction } from '#services/deployments/model/normalize-fields.js'
import { appActionResult } from '#services/deployments/model/shared-results.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCommandInput } from '#services/deployments/model/shared-inputs.js'

export const stop = defineCommand({
  type: 'stop',
  summary: 'Stops an application.',
  button: { label: 'Stop', icon: 'fa-stop', scope: 'container', requires: 'docker' },
  parameters: appCommandInput.transform(({ force: _force, ...rest }) => rest),
  result: appActionResult,
  normalizeResult: normalizeAction,
})
