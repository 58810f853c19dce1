import type { AppStateRow } from '#entities/deployments/app-state.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../model/record-deployment-event.js'
import { updateDegraded } from '../presence/set-presence.js'
import * as statements from './app-states.sql.js'
import { toApps } from './map-containers.js'
import type { AppWord } from './read-app-states.js'

/**
 * Stores the reported states of a deployment's applications, and updates the presence of its agent. The last report counts: one without a
 * health, for example of a restart, clears an earlier health. An application that was stopped on purpose is not unhealthy because its container has exited.
 */
export async function recordAppStates(
  context: Context,
  agent: { readonly deploymentId: string; readonly accountId: string },
  words: readonly AppWord[],
): Promise<void> {
  if (words.length === 0) return
  await context.database.transaction(async (transaction) => {
    const deployment = await transaction.query
      .selectFrom('deployment')
      .select(['hash', 'apps'])
      .where('id', '=', agent.deploymentId)
      .where('accountId', '=', agent.accountId)
      .executeTakeFirstOrThrow()
    // One row for each application, in one order.
    const apps = toApps(deployment, words).sort((a, b) => (a.appCode < b.appCode ? -1 : 1))
    if (apps.length === 0) return
    const changed = await writeStates(transaction, {
      deploymentId: agent.deploymentId,
      accountId: agent.accountId,
      appCodes: apps.map(({ appCode }) => appCode),
      statuses: apps.map(({ status }) => status),
      containerStates: apps.map(({ containerState }) => containerState),
      healths: apps.map(({ health }) => health),
      keepHealthOf: apps.flatMap(({ appCode, keepsHealth }) => (keepsHealth ? [appCode] : [])),
    })
    await updateDegraded(transaction, agent)
    if (changed.length > 0) await publishChanges(transaction, agent, changed)
  })
}

/** Writes the states and returns those that changed. */
const writeStates = (transaction: Transaction, states: statements.ReportedStates): Promise<statements.ChangedApp[]> =>
  transaction.rows(statements.recordAppStates, states)

/** After the agent's presence: agents are locked before deployments. */
async function publishChanges(
  transaction: Transaction,
  { deploymentId, accountId }: { readonly deploymentId: string; readonly accountId: string },
  apps: readonly statements.ChangedApp[],
): Promise<void> {
  const states = apps.map(({ appCode, status, health }) => `${appCode}: ${describeState(status, health)}`)
  await recordDeploymentEvent(transaction, { id: deploymentId, accountId }, MACHINE_NOW, {
    type: 'app.state_changed',
    summary: `Reported states of applications changed. ${states.join(', ')}.`,
    subject: { __typename: 'Deployment', id: deploymentId },
    data: { apps },
  })
}

const describeState = (status: AppStateRow['status'], health: AppStateRow['health']): string =>
  [status, health].flatMap((word) => word?.toLowerCase() ?? []).join(' and ') || 'unknown'

/** Last reported applications of deployments, by name. */
export const appStatesOf = ({ query }: Sql, deploymentIds: readonly string[]): Promise<AppStateRow[]> =>
  query.selectFrom('app_state').selectAll().where('deploymentId', 'in', deploymentIds).orderBy('appCode').execute()
