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
  visibleAccounts,
  type Permission,
} from '#services/identity/guard/guard.js'
import { readReport, type StoredReport } from '../commands/report-bytes.js'
import { COMMAND_COLUMNS } from './command-columns.js'

export async function findDeployment(sql: Sql, hash: string): Promise<DeploymentRow | null> {
  return (await sql.row<DeploymentRow>(`select * from deployment where hash = $1`, [hash])) ?? null
}

/** A deployment that the caller may see; null for anyone else. */
export async function visibleDeployment(context: IdentityContext, hash: string): Promise<DeploymentRow | null> {
  if (context.caller.kind === 'anonymous') return null
  const deployment = await findDeployment(context.database, hash)
  return deployment && (await visibleAccount(context, deployment.accountId, 'deployments:read')) ? deployment : null
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

export const deploymentsByIds = (sql: Sql, ids: readonly string[]): Promise<DeploymentRow[]> =>
  sql.rows(`select * from deployment where id = any($1)`, [ids])

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
      context.database.rows(
        `select * from deployment where account_id = $1 and ($3::text is null or id < $3) order by id desc limit $2`,
        [accountId, limit, after?.[0] ?? null],
      ),
  )
}

/** A deployment's commands, newest first. */
export function listCommands(
  sql: Sql,
  deploymentId: string,
  statuses: readonly CommandStatus[] | null,
  request: PageRequest,
): Promise<Page<CommandRow>> {
  return readPage(
    request,
    `commands ${deploymentId}`,
    (row) => [row.id],
    (limit, after) =>
      sql.rows(
        `select ${COMMAND_COLUMNS} from command where deployment_id = $1 and ($3::text is null or id < $3) and ($4::text[] is null or status = any($4)) order by id desc limit $2`,
        [deploymentId, limit, after?.[0] ?? null, statuses?.length ? statuses : null],
      ),
  )
}

/**
 * Latest command of every app and type: as many index lookups as there are such pairs, regardless of the history.
 * Commands without an app are read separately, because null does not compare; they are ordered by it so that the index
 * is used.
 */
export function latestCommands(sql: Sql, deploymentId: string): Promise<CommandRow[]> {
  return sql.rows(
    `with recursive pair as (
       (select app_code, type from command where deployment_id = $1 and app_code is not null order by app_code, type limit 1)
       union all
       select next.app_code, next.type from pair, lateral (
         select app_code, type from command where deployment_id = $1 and (app_code, type) > (pair.app_code, pair.type)
         order by app_code, type limit 1) next
     ), unnamed as (
       (select type from command where deployment_id = $1 and app_code is null order by app_code, type limit 1)
       union all
       select next.type from unnamed, lateral (
         select type from command where deployment_id = $1 and app_code is null and type > unnamed.type order by app_code, type limit 1) next
     )
     select latest.* from pair, lateral (
       select ${COMMAND_COLUMNS} from command where deployment_id = $1 and app_code = pair.app_code and type = pair.type order by id desc limit 1) latest
     union all
     select latest.* from unnamed, lateral (
       select ${COMMAND_COLUMNS} from command where deployment_id = $1 and app_code is null and type = unnamed.type order by app_code, type, id desc limit 1) latest
     order by id desc`,
    [deploymentId],
  )
}

export const agentsByDeploymentIds = (sql: Sql, ids: readonly string[]): Promise<AgentRow[]> =>
  sql.rows(`select * from agent where deployment_id = any($1)`, [ids])

/** Commands that the caller may see, by id; absent where they may not. Two statements, however many. */
export async function visibleCommands(context: IdentityContext, ids: readonly string[]): Promise<CommandRow[]> {
  if (context.caller.kind === 'anonymous' || ids.length === 0) return []
  const commands = await context.database.rows<CommandRow>(
    `select ${COMMAND_COLUMNS} from command where id = any($1)`,
    [ids],
  )
  const owners = commands.map((command) => command.accountId)
  const visible = await visibleAccounts(context, owners, 'deployments:read')
  return commands.filter((_, index) => visible[index])
}

export const agentsByIds = (sql: Sql, ids: readonly string[]): Promise<AgentRow[]> =>
  sql.rows(`select * from agent where id = any($1)`, [ids])
export const commandsByIds = (sql: Sql, ids: readonly string[]): Promise<CommandRow[]> =>
  sql.rows(`select ${COMMAND_COLUMNS} from command where id = any($1)`, [ids])

/** The bytes of one report; null if there is none. */
export async function reportBytes(sql: Sql, id: string): Promise<Buffer | null> {
  const row = await sql.row<StoredReport>(`select id, body, encoding from command_report where id = $1`, [id])
  return row ? readReport(row) : null
}
