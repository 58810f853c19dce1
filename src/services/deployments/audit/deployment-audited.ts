import { byArgument, byId } from '#services/identity/audit/audited-object.js'

/** A deployment and its agent. @param argument name of the argument that is its hash */
export const auditedDeployment = (argument: string) =>
  byArgument(argument, ({ query }, hash) =>
    query
      .selectFrom('deployment as d')
      .leftJoin('agent as a', (join) =>
        join.onRef('a.deploymentId', '=', 'd.id').onRef('a.accountId', '=', 'd.accountId'),
      )
      .select(['d.accountId', 'd.status', 'd.name', 'a.id as agent', 'a.registeredAt', 'a.previousTokenUntil'])
      .where('d.hash', '=', hash)
      .executeTakeFirst(),
  )

/** A command. */
export const auditedCommand = byId(({ query }, id) =>
  query
    .selectFrom('command')
    .select(['accountId', 'type', 'status', 'attempt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)
