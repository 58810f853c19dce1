import { defineCommand } from '#services/deployments/model/define-command.js'

export const backup = defineCommand({
  type: 'backup',
  summary: 'Saves the data of the deployment.',
  supported: false,
  button: { label: 'Backup', icon: 'fa-download', scope: 'deployment', requires: 'backup' },
  parameters: null,
  result: null,
})
