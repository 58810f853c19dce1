import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'

export const composeAgentsOf = ({ query }: Sql, deploymentIds: readonly string[]): Promise<ComposeAgentRow[]> =>
  query.selectFrom('compose_agent').selectAll().where('deploymentId', 'in', deploymentIds).execute()

/** Compose agent of a deployment. Null if none is registered. */
export const composeAgentOf = async (database: Sql, deploymentId: string): Promise<ComposeAgentRow | null> =>
  (await composeAgentsOf(database, [deploymentId]))[0] ?? null
