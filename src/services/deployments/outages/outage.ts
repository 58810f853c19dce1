import type { AgentKind } from '#entities/deployments/agent-outage.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { newId } from '#services/kernel/ids/ids.js'

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
  await transaction.run(
    `insert into agent_outage (id, account_id, deployment_id, kind, started_at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [newId('out'), outage.accountId, outage.deploymentId, outage.kind, outage.since],
  )
}

/** Notes that it is back; nothing when it was not away. */
export async function endOutage(transaction: Transaction, deploymentId: string, kind: AgentKind): Promise<void> {
  await transaction.run(
    `update agent_outage set ended_at = now() where deployment_id = $1 and kind = $2 and ended_at is null`,
    [deploymentId, kind],
  )
}
