import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** Last reported state of an application (machine clock). Each field is from the last report that contained it. */
export const AppStateSchema = defineEntity({
  name: 'AppState',
  tableName: 'app_state',
  properties: {
    deploymentId: p.text().primary(),
    appCode: p.text().primary(),
    accountId: p.text().primary(),
    status: p.text().$type<'RUNNING' | 'STOPPED' | 'ERROR'>().nullable(),
    /** In the agent's own words, as `exited`. */
    containerState: p.text().nullable(),
    health: p.text().$type<'OK' | 'UNHEALTHY' | 'UNKNOWN'>().nullable(),
    reportedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'app_state_status', expression: `status in ('RUNNING', 'STOPPED', 'ERROR')` },
    { name: 'app_state_health', expression: `health in ('OK', 'UNHEALTHY', 'UNKNOWN')` },
  ],
})

export type AppStateRow = RowOf<typeof AppStateSchema>
