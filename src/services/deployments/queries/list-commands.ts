import { expressionBuilder, type Expression, type SqlBool } from 'kysely'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { CommandStatus } from '#entities/deployments/command-state.js'
import type { Tables } from '#entities/tables.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import { LISTED_SELECTION } from './select-commands.js'

/** Selects commands. An omitted member selects all. */
export interface CommandFilter {
  readonly types?: readonly string[] | null
  readonly appCodes?: readonly string[] | null
  readonly statuses?: readonly CommandStatus[] | null
  readonly from?: Date | null
  readonly to?: Date | null
  readonly createdBy?: string | null
}

/** Newest commands of one deployment. */
export interface CommandListRequest {
  readonly deploymentId: string
  readonly filter: CommandFilter
  readonly limit: number
  /** Only commands with a smaller ID. */
  readonly before: string | null
}

/** A deployment's commands, newest first. @param load reads them together with those of other deployments */
export const listCommands = (
  load: (request: CommandListRequest) => Promise<CommandRow[]>,
  deploymentId: string,
  filter: CommandFilter,
  request: PageRequest,
): Promise<Page<CommandRow>> =>
  readPage(
    request,
    `commands ${deploymentId}`,
    (row) => [row.id],
    (limit, after) => load({ deploymentId, filter, limit, before: after?.[0] ?? null }),
  )

/** Commands of many deployments, in the order of the requests: one statement for each different filter. */
export async function commandLists(database: Sql, requests: readonly CommandListRequest[]): Promise<CommandRow[][]> {
  const groups = Map.groupBy(requests, ({ filter, limit, before }) => JSON.stringify([filter, limit, before]))
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
  const { filter, limit, before } = group[0]!
  return query
    .selectFrom('deployment as owner')
    .innerJoinLateral(
      (from) =>
        from
          .selectFrom('command')
          .select(LISTED_SELECTION)
          .whereRef('command.deploymentId', '=', 'owner.id')
          .where(conditionOf(filter, before))
          .orderBy('command.id', 'desc')
          .limit(limit)
          .as('listed'),
      (join) => join.onTrue(),
    )
    .selectAll('listed')
    .$castTo<CommandRow>()
    .where(
      'owner.id',
      'in',
      group.map(({ deploymentId }) => deploymentId),
    )
    .orderBy('listed.id', 'desc')
    .execute()
}

function conditionOf(filter: CommandFilter, before: string | null): Expression<SqlBool> {
  const eb = expressionBuilder<Tables, 'command'>()
  const { types, appCodes, statuses, from, to, createdBy } = filter
  return eb.and([
    ...(before === null ? [] : [eb('command.id', '<', before)]),
    ...(types?.length ? [eb('command.type', 'in', types)] : []),
    ...(appCodes?.length ? [eb('command.appCode', 'in', appCodes)] : []),
    ...(statuses?.length ? [eb('command.status', 'in', statuses)] : []),
    ...(from ? [eb('command.createdAt', '>=', from)] : []),
    ...(to ? [eb('command.createdAt', '<', to)] : []),
    ...(createdBy ? [eb('command.createdByUserId', '=', createdBy)] : []),
  ])
}
