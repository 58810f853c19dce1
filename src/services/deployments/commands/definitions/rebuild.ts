import { defineCommand } from '#services/deployments/model/define-command.js'

export const rebuild = defineCommand({
  type: 'rebuild',
  summary: 'Rebuilds the whole stack.',
  supported: false,
  button: { label: 'Rebuild Stack', icon: 'fa-sync', scope: 'deployment', requires: 'compose' },
  parameters: null,
  result: null,
})
