import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { CommandStatus } from '#entities/deployments/command-state.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { EMPTY_PAGE, readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/caller.js'
import {
  requireAccount,
  requireSignedIn,
  serviceMay,
  visibleAccount,
  type Permission,
} from '#services/identity/guard/guard.js'
import { readReport, type StoredReport } from '../commands/report-bytes.js'
import { listLatestCommands } from './latest-commands.sql.js'
import { selectListedCommands } from './select-commands.js'

export async function findDeployment({ query }: Sql, hash: string): Promise<DeploymentRow | null> {
  return (await query.selectFrom('deployment').selectAll().where('hash', '=', hash).executeTakeFirst()) ?? null
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

/** Deployments of an account, newest first. Empty without permission to read them. */
export async function deploymentsOf(
  context: IdentityContext,
  accountId: string,
  request: PageRequest,
): Promise<Page<DeploymentRow>> {
  if (!(await visibleAccount(context, accountId, 'deployments:read'))) return EMPTY_PAGE
  return readPage(
    request,
    `deployments ${accountId}`,
    (row) => [row.id],
    (limit, after) =>
      context.database.query
        .selectFrom('deployment')
        .selectAll()
        .where('accountId', '=', accountId)
        .$if(!!after, (query) => query.where('id', '<', after![0]!))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
  )
}

/** A deployment's commands, newest first. */
export function listCommands(
  database: Sql,
  deploymentId: string,
  statuses: readonly CommandStatus[] | null,
  request: PageRequest,
): Promise<Page<CommandRow>> {
  return readPage(
    request,
    `commands ${deploymentId}`,
    (row) => [row.id],
    (limit, after) =>
      selectListedCommands(database)
        .where('deploymentId', '=', deploymentId)
        .$if(!!after, (query) => query.where('id', '<', after![0]!))
        .$if(!!statuses?.length, (query) => query.where('status', 'in', statuses!))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
  )
}

/** Latest command of every app and type, newest first. */
export const latestCommands = (database: Sql, deploymentId: string): Promise<CommandRow[]> =>
  database.rows(listLatestCommands, { deploymentId })

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
