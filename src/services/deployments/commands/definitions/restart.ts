import { normalizeAction } from '#services/deployments/results/normalize-fields.js'
import { containerActionResult } from '#services/deployments/results/shared-results.js'
import { defineCommand } from '../define-command.js'
import { appCommandInput } from '../parameters/shared-inputs.js'

export const restart = defineCommand({
  type: 'restart',
  summary: 'Restarts an application.',
  rate: 'restart_rate',
  button: { label: 'Restart', icon: 'fa-redo', scope: 'container', requires: 'docker' },
  parameters: appCommandInput,
  result: containerActionResult,
  normalizeResult: normalizeAction,
})
