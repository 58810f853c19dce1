import { sql } from 'kysely'
import type { AgentKind } from '#entities/deployments/agent-outage.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** An agent without a heartbeat. */
export interface NewOutage {
  readonly deploymentId: string
  readonly accountId: string
  readonly kind: AgentKind
  /** Last heartbeat (machine clock). */
  readonly since: Date
}

/**
 * Records the start of an outage. Repeated calls have no effect. Alerts are sent from these rows, once
 * (`alert-outages.ts`).
 */
export async function beginOutage(transaction: Transaction, outage: NewOutage): Promise<void> {
  await transaction.query
    .insertInto('agent_outage')
    .values({
      id: transaction.newId('out'),
      accountId: outage.accountId,
      deploymentId: outage.deploymentId,
      kind: outage.kind,
      startedAt: outage.since,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Records the end of an outage, if there is one. */
export async function endOutage(
  transaction: Sql,
  { deploymentId, accountId }: { readonly deploymentId: string; readonly accountId: string },
  kind: AgentKind,
): Promise<void> {
  await transaction.query
    .updateTable('agent_outage')
    .set({ endedAt: sql`now()` })
    .where('deploymentId', '=', deploymentId)
    .where('accountId', '=', accountId)
    .where('kind', '=', kind)
    .where('endedAt', 'is', null)
    .execute()
}
