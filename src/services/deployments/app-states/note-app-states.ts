import type { AppStateRow } from '../../../entities/deployments/app-state.entity.js'
import type { Context } from '../../kernel/context/context.js'
import type { Sql } from '../../kernel/database/sql.js'
import { followTrouble } from '../presence/set-presence.js'
import type { SeenApp } from './read-app-states.js'

/** Keeps what was seen of a deployment's applications, and with it whether its agent reports trouble. */
export async function noteAppStates(
  context: Context,
  agent: { readonly deploymentId: string; readonly accountId: string },
  seen: readonly SeenApp[],
): Promise<void> {
  if (seen.length === 0) return
  // One row for each application, in one order; of several that a report names twice the last counts.
  const apps = [...new Map(seen.map((app) => [app.appCode, app])).values()].sort((a, b) =>
    a.appCode < b.appCode ? -1 : 1,
  )
  await context.database.transaction(async (transaction) => {
    await transaction.run(
      `insert into app_state (deployment_id, account_id, app_code, status, container_state, health)
       select $1, $2, app.code, app.status, app.container_state, app.health
       from unnest($3::text[], $4::text[], $5::text[], $6::text[]) as app (code, status, container_state, health)
       on conflict (deployment_id, app_code) do update set status = coalesce(excluded.status, app_state.status),
         container_state = coalesce(excluded.container_state, app_state.container_state),
         health = coalesce(excluded.health, app_state.health), reported_at = now()`,
      [
        agent.deploymentId,
        agent.accountId,
        apps.map(({ appCode }) => appCode),
        apps.map(({ status }) => status),
        apps.map(({ containerState }) => containerState),
        apps.map(({ health }) => health),
      ],
    )
    await followTrouble(transaction, agent)
  })
}

/** The applications of a deployment as they were last heard of, by name. */
export const appStatesOf = (sql: Sql, deploymentId: string): Promise<AppStateRow[]> =>
  sql.rows(`select * from app_state where deployment_id = $1 order by app_code`, [deploymentId])
