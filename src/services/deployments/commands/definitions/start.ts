import { normalizeAction } from '#services/deployments/model/normalize-fields.js'
import { appActionResult } from '#services/deployments/model/shared-results.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCommandInput } from '#services/deployments/model/shared-inputs.js'

export const start = defineCommand({
  type: 'start',
  summary: 'Starts an application.',
  button: { label: 'Start', icon: 'fa-play', scope: 'container', requires: 'docker' },
  parameters: appCommandInput.transform(({ force: _force, timeout: _timeout, ...rest }) => rest),
  result: appActionResult,
  normalizeResult: normalizeAction,
})
