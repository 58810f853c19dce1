import { byArgument, byId, type AuditedObjects } from '#services/identity/audit/audited-object.js'

const deployment = (argument: string) =>
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
const command = byId(({ query }, id) =>
  query
    .selectFrom('command')
    .select(['accountId', 'type', 'status', 'attempt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)

/** Deployments, agents and commands. */
export const deploymentAudited: AuditedObjects = {
  stopDeployment: deployment('id'),
  rotateAgentToken: deployment('deploymentId'),
  revokeAgent: deployment('deploymentId'),
  renameDeployment: deployment('id'),
  reissueEnrolment: deployment('id'),
  cancelCommand: command,
}
