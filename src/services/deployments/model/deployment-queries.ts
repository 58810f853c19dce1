import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireAccount, requireSignedIn, serviceMay, type Permission } from '#services/identity/model/guard.js'
import { readReport, type StoredReport } from './report-bytes.js'
import { listLatestCommands } from './latest-commands.sql.js'

export async function findDeployment(database: Sql, hash: string): Promise<DeploymentRow | null> {
  const found = await database.query.selectFrom('deployment').selectAll().where('hash', '=', hash).executeTakeFirst()
  return found ?? null
}

/** As `visibleDeployment`, for mutations and subscriptions: what is not the caller's does not exist. */
export async function requireDeployment(
  context: IdentityContext,
  hash: string,
  permission: Permission,
): Promise<DeploymentRow> {
  requireSignedIn(context)
  const deployment = await findDeployment(context.database, hash)
  await requireOnDeployment(context, deployment, permission)
  return deployment!
}

/** True if the caller may do this on a deployment that was found; one that was not does not exist, like one of others. */
export async function requireOnDeployment(
  context: IdentityContext,
  deployment: Pick<DeploymentRow, 'accountId'> | null | undefined,
  permission: Permission,
): Promise<void> {
  if (!deployment) throw new AppError('NOT_FOUND', 'Deployment not found.')
  if (serviceMay(context.caller, deployment.accountId, permission)) return
  try {
    await requireAccount(context, deployment.accountId, permission)
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND')
      throw new AppError('NOT_FOUND', 'Deployment not found.')
    throw error
  }
}

export const deploymentsByIds = ({ query }: Sql, ids: readonly string[]): Promise<DeploymentRow[]> =>
  query.selectFrom('deployment').selectAll().where('id', 'in', ids).execute()

export const deploymentsByHashes = ({ query }: Sql, hashes: readonly string[]): Promise<DeploymentRow[]> =>
  query.selectFrom('deployment').selectAll().where('hash', 'in', hashes).execute()

/** Latest command of every app and type of each deployment, newest first. */
export const latestCommands = (database: Sql, deploymentIds: readonly string[]): Promise<CommandRow[]> =>
  database.rows(listLatestCommands, { deploymentIds })

export const agentsByDeploymentIds = ({ query }: Sql, ids: readonly string[]): Promise<AgentRow[]> =>
  query.selectFrom('agent').selectAll().where('deploymentId', 'in', ids).execute()

export const agentsByIds = ({ query }: Sql, ids: readonly string[]): Promise<AgentRow[]> =>
  query.selectFrom('agent').selectAll().where('id', 'in', ids).execute()

/** The bytes of one report; null if there is none. */
export async function reportBytes(database: Sql, id: string): Promise<Buffer | null> {
  const report = await findReport(database, id)
  return report ? readReport(report) : null
}

export const findReport = ({ query }: Sql, id: string): Promise<Pick<StoredReport, 'body' | 'encoding'> | undefined> =>
  query.selectFrom('command_report').select(['body', 'encoding']).where('id', '=', id).executeTakeFirst()
