import { normalizeAction } from '#services/deployments/model/normalize-fields.js'
import { appActionResult } from '#services/deployments/model/shared-results.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCommandInput } from '#services/deployments/model/shared-inputs.js'

export const restart = defineCommand({
  type: 'restart',
  summary: 'Restarts an application.',
  rate: 'restart_rate',
  button: { label: 'Restart', icon: 'fa-redo', scope: 'container', requires: 'docker' },
  parameters: appCommandInput.transform(({ timeout: _timeout, ...rest }) => rest),
  result: appActionResult,
  normalizeResult: normalizeAction,
})
