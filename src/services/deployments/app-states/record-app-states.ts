import type { AppStateRow } from '#entities/deployments/app-state.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { updateDegraded } from '../presence/set-presence.js'
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
    const deployment = await transaction.row<Pick<DeploymentRow, 'hash' | 'apps'>>(
      `select hash, apps from deployment where id = $1`,
      [agent.deploymentId],
    )
    // One row for each application, in one order.
    const apps = toApps(deployment!, words).sort((a, b) => (a.appCode < b.appCode ? -1 : 1))
    if (apps.length === 0) return
    await transaction.run(
      `insert into app_state (deployment_id, account_id, app_code, status, container_state, health)
       select $1, $2, app.code, app.status, app.container_state, app.health
       from unnest($3::text[], $4::text[], $5::text[], $6::text[]) as app (code, status, container_state, health)
       on conflict (deployment_id, app_code) do update set
         status = coalesce(excluded.status, case when excluded.health = 'OK' and app_state.status = 'ERROR' then null else app_state.status end),
         container_state = coalesce(excluded.container_state, app_state.container_state),
         health = case when excluded.app_code = any($7) then app_state.health
           when app_state.status = 'STOPPED' and app_state.health is null and excluded.status = 'STOPPED' then null
           else excluded.health end, reported_at = now()`,
      [
        agent.deploymentId,
        agent.accountId,
        apps.map(({ appCode }) => appCode),
        apps.map(({ status }) => status),
        apps.map(({ containerState }) => containerState),
        apps.map(({ health }) => health),
        apps.flatMap(({ appCode, keepsHealth }) => (keepsHealth ? [appCode] : [])),
      ],
    )
    await updateDegraded(transaction, agent)
  })
}

/** Last reported applications of a deployment, by name. */
export const appStatesOf = (sql: Sql, deploymentId: string): Promise<AppStateRow[]> =>
  sql.rows(`select * from app_state where deployment_id = $1 order by app_code`, [deploymentId])
