import type { ComposeAgentRow } from '../../../entities/deployments/compose-agent.entity.js'
import type { Sql } from '../../kernel/database/sql.js'

export const composeAgentsOf = (sql: Sql, deploymentIds: readonly string[]): Promise<ComposeAgentRow[]> =>
  sql.rows(`select * from compose_agent where deployment_id = any($1)`, [deploymentIds])

/** The compose agent of a deployment; null when none has registered. */
export const composeAgentOf = async (sql: Sql, deploymentId: string): Promise<ComposeAgentRow | null> =>
  (await composeAgentsOf(sql, [deploymentId]))[0] ?? null
