import type { CommandFilter } from '#schema/deployments/deployment.input.js'
import { expressionBuilder, type Expression, type SqlBool } from 'kysely'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { Tables } from '#entities/tables.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readPage, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { LISTED_SELECTION } from '../model/select-commands.js'

/** Commands of one deployment, from one end of the list. */
export interface CommandListRequest {
  readonly deploymentId: string
  readonly filter: CommandFilter
  readonly limit: number
  /** Only commands beyond this ID. */
  readonly beyond: string | null
  /** True for the oldest first. */
  readonly ascending: boolean
}

/** Number of commands of one deployment. */
export type CommandCountRequest = Pick<CommandListRequest, 'deploymentId' | 'filter'>

/** Reads lists and numbers together with those of other deployments. */
export interface CommandListLoaders {
  readonly list: (request: CommandListRequest) => Promise<CommandRow[]>
  readonly count: (request: CommandCountRequest) => Promise<number>
}

/** A page of a deployment's commands. */
export async function listCommands(
  loaders: CommandListLoaders,
  deploymentId: string,
  { filter, reverse }: { readonly filter: CommandFilter; readonly reverse: boolean },
  request: PageRequest,
): Promise<CountablePage<CommandRow>> {
  const page = await readPage<CommandRow>(
    request,
    reverse ? `commands ${deploymentId} oldest first` : `commands ${deploymentId}`,
    (row) => [row.id],
    (limit, after, backward) =>
      loaders.list({ deploymentId, filter, limit, beyond: after?.[0] ?? null, ascending: reverse !== backward }),
  )
  return { ...page, countAll: () => loaders.count({ deploymentId, filter }) }
}

/** Commands of many deployments, in the order of the requests: one statement for each different list. */
export async function commandLists(database: Sql, requests: readonly CommandListRequest[]): Promise<CommandRow[][]> {
  const groups = Map.groupBy(requests, ({ deploymentId: _own, ...list }) => JSON.stringify(list))
  const lists = new Map<CommandListRequest, CommandRow[]>()
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const rows = Map.groupBy(await commandsOfEach(database, group), (row) => row.deploymentId)
      for (const request of group) lists.set(request, rows.get(request.deploymentId) ?? [])
    }),
  )
  return requests.map((request) => lists.get(request)!)
}

function commandsOfEach({ query }: Sql, group: readonly CommandListRequest[]): Promise<CommandRow[]> {
  const { filter, limit, beyond, ascending } = group[0]!
  const direction = ascending ? 'asc' : 'desc'
  return query
    .selectFrom('deployment as owner')
    .innerJoinLateral(
      (from) =>
        from
          .selectFrom('command')
          .select(LISTED_SELECTION)
          .whereRef('command.deploymentId', '=', 'owner.id')
          .whereRef('command.accountId', '=', 'owner.accountId')
          .where(conditionOf(filter))
          .$if(beyond !== null, (list) => list.where('command.id', ascending ? '>' : '<', beyond))
          .orderBy('command.id', direction)
          .limit(limit)
          .as('listed'),
      (join) => join.onTrue(),
    )
    .selectAll('listed')
    .$castTo<CommandRow>()
    .where('owner.id', 'in', idsOf(group))
    .orderBy('listed.id', direction)
    .execute()
}

/** Numbers of commands, in the order of the requests: one statement for each different filter. */
export async function commandCounts({ query }: Sql, requests: readonly CommandCountRequest[]): Promise<number[]> {
  const groups = Map.groupBy(requests, ({ filter }) => JSON.stringify(filter))
  const counts = new Map<CommandCountRequest, number>()
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const rows = await query
        .selectFrom('command')
        .select(({ fn }) => ['command.deploymentId', fn.countAll<number>().as('count')])
        .where('command.deploymentId', 'in', idsOf(group))
        .where(conditionOf(group[0]!.filter))
        .groupBy('command.deploymentId')
        .execute()
      const byDeployment = new Map(rows.map(({ deploymentId, count }) => [deploymentId, count]))
      for (const request of group) counts.set(request, byDeployment.get(request.deploymentId) ?? 0)
    }),
  )
  return requests.map((request) => counts.get(request)!)
}

const idsOf = (group: readonly CommandCountRequest[]): string[] => group.map(({ deploymentId }) => deploymentId)

function conditionOf(filter: CommandFilter): Expression<SqlBool> {
  const eb = expressionBuilder<Tables, 'command'>()
  const { types, appCodes, statuses, from, to, createdBy } = filter
  return eb.and([
    ...(types ? [eb('command.type', 'in', types)] : []),
    ...(appCodes ? [eb('command.appCode', 'in', appCodes)] : []),
    ...(statuses ? [eb('command.status', 'in', statuses)] : []),
    ...(from ? [eb('command.createdAt', '>=', from)] : []),
    ...(to ? [eb('command.createdAt', '<', to)] : []),
    ...(createdBy ? [eb('command.createdByUserId', '=', createdBy)] : []),
  ])
}
