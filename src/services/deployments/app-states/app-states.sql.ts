import type { AppStateRow } from '#entities/deployments/app-state.entity.js'
import { statement } from '#services/kernel/database/statement.js'
import { NEXT_STATE } from './next-app-state.js'

/** An application whose status or health was reported differently than before. */
export interface ChangedApp {
  readonly appCode: string
  readonly status: AppStateRow['status']
  readonly health: AppStateRow['health']
  readonly containerState: string | null
  readonly previousStatus: AppStateRow['status']
  readonly previousHealth: AppStateRow['health']
}

/** Reported states as columns, and the applications whose stored health stays. */
export interface ReportedStates {
  readonly deploymentId: string
  readonly accountId: string
  readonly appCodes: readonly string[]
  readonly statuses: readonly AppStateRow['status'][]
  readonly containerStates: readonly (string | null)[]
  readonly healths: readonly AppStateRow['health'][]
  readonly keepHealthOf: readonly string[]
}

/**
 * Stores the reported states of applications, one per application, and returns those that changed. A report without a health clears an earlier
 * one, except for the apps in `keepHealthOf`. An application that was stopped on purpose is not unhealthy because its container has exited.
 */
export const recordAppStates = statement<ReportedStates, ChangedApp>(`
  with before as materialized (
    select app_code, status, health from app_state
    where deployment_id = :deploymentId and account_id = :accountId and app_code = any(:appCodes)
  ), written as (
  insert into app_state (deployment_id, account_id, app_code, status, container_state, health)
  select :deploymentId, :accountId, app.code, app.status, app.container_state, app.health
  from unnest(:appCodes::text[], :statuses::text[], :containerStates::text[], :healths::text[])
    as app (code, status, container_state, health)
  on conflict (deployment_id, app_code, account_id) do update
  set status = ${NEXT_STATE.status},
    container_state = ${NEXT_STATE.containerState},
    health = case when excluded.app_code = any(:keepHealthOf) then app_state.health else ${NEXT_STATE.health} end,
    reported_at = now()
  returning app_code, status, health, container_state
  )
  select written.app_code, written.status, written.health, written.container_state,
    before.status as previous_status, before.health as previous_health
  from written left join before on before.app_code = written.app_code
  where (written.status, written.health) is distinct from (before.status, before.health)
  order by written.app_code
`)
