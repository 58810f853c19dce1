import type { AppStateRow } from '#entities/deployments/app-state.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** An application whose status or health was reported differently than before. */
export interface ChangedApp {
  readonly appCode: string
  readonly status: AppStateRow['status']
  readonly health: AppStateRow['health']
  readonly containerState: string | null
  readonly previousStatus: AppStateRow['status']
  readonly previousHealth: AppStateRow['health']
}

/**
 * Stores the reported states of applications, one per application, and returns those that changed. A report without a health clears an earlier
 * one, except for the apps in `keepHealthOf`. An application that was stopped on purpose is not unhealthy because its container has exited.
 */
export const recordAppStates = statement<
  {
    deploymentId: string
    accountId: string
    appCodes: readonly string[]
    statuses: readonly AppStateRow['status'][]
    containerStates: readonly (string | null)[]
    healths: readonly AppStateRow['health'][]
    keepHealthOf: readonly string[]
  },
  ChangedApp
>(`
  with before as materialized (
    select app_code, status, health from app_state
    where deployment_id = :deploymentId and account_id = :accountId and app_code = any(:appCodes)
  ), written as (
  insert into app_state (deployment_id, account_id, app_code, status, container_state, health)
  select :deploymentId, :accountId, app.code, app.status, app.container_state, app.health
  from unnest(:appCodes::text[], :statuses::text[], :containerStates::text[], :healths::text[])
    as app (code, status, container_state, health)
  on conflict (deployment_id, app_code, account_id) do update
  set status = coalesce(
      excluded.status, case when excluded.health = 'OK' and app_state.status = 'ERROR' then null else app_state.status end
    ),
    container_state = coalesce(excluded.container_state, app_state.container_state),
    health = case
      when excluded.app_code = any(:keepHealthOf) then app_state.health
      when app_state.status = 'STOPPED' and app_state.health is null and excluded.status = 'STOPPED' then null
      else excluded.health
    end,
    reported_at = now()
  returning app_code, status, health, container_state
  )
  select written.app_code, written.status, written.health, written.container_state,
    before.status as previous_status, before.health as previous_health
  from written left join before on before.app_code = written.app_code
  where (written.status, written.health) is distinct from (before.status, before.health)
  order by written.app_code
`)
