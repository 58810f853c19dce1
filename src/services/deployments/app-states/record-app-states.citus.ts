import { sql } from 'kysely'
import { functionForm } from '#services/kernel/database/forms.js'
import { NEXT_STATE } from './next-app-state.js'
import { writeStates } from './record-app-states.js'

/** An insert within a larger statement is not sent to the machine of an account. */
export const appStateForms = [
  functionForm(writeStates, async (transaction, states) => {
    const before = await transaction.query
      .selectFrom('app_state')
      .select(['appCode', 'status', 'health'])
      .where('deploymentId', '=', states.deploymentId)
      .where('accountId', '=', states.accountId)
      .where('appCode', 'in', states.appCodes)
      .execute()
    const previous = new Map(before.map((app) => [app.appCode, app]))
    const { deploymentId, accountId, keepHealthOf } = states
    const written = await transaction.query
      .insertInto('app_state')
      .values(
        states.appCodes.map((appCode, index) => ({
          deploymentId,
          accountId,
          appCode,
          status: states.statuses[index]!,
          containerState: states.containerStates[index]!,
          health: states.healths[index]!,
          reportedAt: sql<Date>`now()`,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['deploymentId', 'appCode', 'accountId']).doUpdateSet((eb) => ({
          status: sql.raw(NEXT_STATE.status),
          containerState: sql.raw(NEXT_STATE.containerState),
          health: sql`case when excluded.app_code = any(${keepHealthOf}) then app_state.health else ${sql.raw(NEXT_STATE.health)} end`,
          reportedAt: eb.ref('excluded.reportedAt'),
        })),
      )
      .returning(['appCode', 'status', 'health', 'containerState'])
      .execute()
    return written.flatMap((app) => {
      const { status = null, health = null } = previous.get(app.appCode) ?? {}
      return app.status === status && app.health === health
        ? []
        : [{ ...app, previousStatus: status, previousHealth: health }]
    })
  }),
]
