import { defineCommand } from '#services/deployments/model/define-command.js'

export const pause = defineCommand({
  type: 'pause',
  summary: 'Pauses an application.',
  supported: false,
  button: { label: 'Pause', icon: 'fa-pause', scope: 'container', requires: 'docker' },
  parameters: null,
  result: null,
})
