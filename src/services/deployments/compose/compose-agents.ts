import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'

export const composeAgentsOf = (sql: Sql, deploymentIds: readonly string[]): Promise<ComposeAgentRow[]> =>
  sql.rows(`select * from compose_agent where deployment_id = any($1)`, [deploymentIds])

/** Compose agent of a deployment. Null if none is registered. */
export const composeAgentOf = async (sql: Sql, deploymentId: string): Promise<ComposeAgentRow | null> =>
  (await composeAgentsOf(sql, [deploymentId]))[0] ?? null
