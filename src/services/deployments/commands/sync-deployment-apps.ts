import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { addApp, removeApp } from './deployment-apps.sql.js'
import { updateDegraded } from '../presence/set-presence.js'

const INSTALLS = ['deploy_app', 'deploy_with_configs']

/** True if a command's success means that the deployment has other applications than before. */
export const changesApps = ({ type, appCode }: Pick<CommandRow, 'type' | 'appCode'>): boolean =>
  appCode !== null && (INSTALLS.includes(type) || type === 'remove_app')

/**
 * Applies a successful install or remove command to the deployment's applications. A removed app will not report again,
 * so its last health is deleted with it.
 */
export async function syncDeploymentApps(transaction: Transaction, command: CommandRow): Promise<void> {
  const { appCode: code, accountId, deploymentId } = command
  if (command.status !== 'SUCCEEDED' || code === null) return
  if (INSTALLS.includes(command.type)) await transaction.run(addApp, { deploymentId, accountId, code })
  if (command.type !== 'remove_app') return
  await transaction.run(removeApp, { deploymentId, accountId, code })
  await transaction.query
    .deleteFrom('app_state')
    .where('deploymentId', '=', deploymentId)
    .where('accountId', '=', accountId)
    .where('appCode', '=', code)
    .execute()
  await updateDegraded(transaction, { deploymentId, accountId })
}
