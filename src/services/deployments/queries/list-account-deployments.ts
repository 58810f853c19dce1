import type { DeploymentFilter } from '#schema/deployments/deployment.input.js'
import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely'
import type { AgentPresence } from '#entities/deployments/agent.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Tables } from '#entities/tables.js'
import { containsPattern } from '#services/kernel/database/contains-pattern.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { EMPTY_COUNTED_PAGE, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireAccount } from '#services/identity/model/guard.js'

export type DeploymentOrder = 'NEWEST' | 'OLDEST' | 'NAME'

export interface DeploymentListRequest {
  readonly filter: DeploymentFilter
  readonly orderBy: DeploymentOrder
}

const MAX_IDS = 100

/** Deployments without a name are sorted by their hash. */
const SORT_NAME = sql<string>`lower(coalesce(name, hash))`

/** Deployments of an account, for callers that can see them. */
export async function listAccountDeployments(
  context: IdentityContext,
  accountId: string,
  requested: DeploymentListRequest,
  request: PageRequest,
): Promise<CountablePage<DeploymentRow>> {
  const { id } = await requireAccount(context, accountId, 'deployments:read')
  const other = await requestedAccount(context.database, requested.filter.account)
  return other === null || other === id ? readDeployments(context.database, id, requested, request) : EMPTY_COUNTED_PAGE
}

/** Deployments of an account, or of all accounts if there is none. The caller has checked the permission. */
export async function readDeployments(
  { query }: Sql,
  accountId: string | null,
  { filter, orderBy }: DeploymentListRequest,
  request: PageRequest,
): Promise<CountablePage<DeploymentRow>> {
  if ((filter.ids?.length ?? 0) > MAX_IDS)
    throw new AppError('BAD_USER_INPUT', `ids must contain at most ${MAX_IDS} items.`, { details: { field: 'ids' } })
  const condition = conditionOf(accountId, filter)
  const isByName = orderBy === 'NAME'
  const byName = { by: SORT_NAME, of: ({ name, hash }: DeploymentRow) => (name ?? hash).toLowerCase() }
  return readRows(
    request,
    `deployments ${accountId ?? ''} ${orderBy}`,
    query.selectFrom('deployment').selectAll().where(condition),
    { by: [...(isByName ? [byName] : []), 'id'], ascending: orderBy !== 'NEWEST' },
  )
}

function conditionOf(
  accountId: string | null,
  { statuses, ids, presences, templateId, search }: DeploymentFilter,
): Expression<SqlBool> {
  const eb = expressionBuilder<Tables, 'deployment'>()
  const part = containsPattern(search, 'search')
  return eb.and([
    ...(accountId === null ? [] : [eb('deployment.accountId', '=', accountId)]),
    ...(statuses ? [eb('deployment.status', 'in', statuses)] : []),
    ...(ids ? [eb('deployment.id', 'in', ids)] : []),
    ...(presences ? [hasAgentWith(presences)] : []),
    ...(templateId ? [eb('deployment.templateId', '=', templateId)] : []),
    ...(part ? [eb.or([eb('deployment.name', 'ilike', part), eb('deployment.hash', 'ilike', part)])] : []),
  ])
}

/** Deployments whose agent has one of these presences. */
const hasAgentWith = (presences: readonly AgentPresence[]): Expression<SqlBool> => {
  const eb = expressionBuilder<Tables, 'deployment'>()
  return eb.exists(
    eb
      .selectFrom('agent')
      .select('agent.id')
      .whereRef('agent.deploymentId', '=', 'deployment.id')
      .whereRef('agent.accountId', '=', 'deployment.accountId')
      .where('agent.presence', 'in', presences),
  )
}
