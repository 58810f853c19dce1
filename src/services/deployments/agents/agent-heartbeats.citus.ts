import { sql } from 'kysely'
import { functionForm } from '#services/kernel/database/forms.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { IS_OUTSTANDING } from '../model/select-commands.js'
import { recordRequests, touchAgents, type AgentRequest, type AgentRequestOutcome } from './agent-heartbeats.js'
import { presentedToken } from './agent-requests.sql.js'
import { graceOfToken } from './retired-tokens.js'

const REFUSED: AgentRequestOutcome = {
  tokenIsStale: true,
  graceMs: null,
  needsFullSignature: false,
  fresh: false,
  cameOnline: false,
  hasWork: false,
}

/**
 * Records the request of an agent whose rows are on the machine of its account, as `recordRequests` does for many elsewhere. The request ID is
 * written first: of two requests with one ID, one is fresh. What follows is true of the agent in any order.
 */
async function recordRequest(database: Sql, request: AgentRequest): Promise<AgentRequestOutcome> {
  const { agentId, accountId, deploymentId, tokenHash, signedFully, poll } = request
  const found = await database.row(presentedToken, {
    agentId,
    accountId,
    deploymentId,
    tokenHash,
    signedFully,
    polls: poll !== null,
  })
  if (!found) return REFUSED
  const graceMs = found.isCurrent ? null : await graceOfToken(database, request, found.graceMs)
  if (graceMs === 0) return REFUSED
  const state = {
    tokenIsStale: false,
    graceMs,
    needsFullSignature: found.isWeak,
    cameOnline: found.presence === 'OFFLINE',
    hasWork: found.hasWork === true,
  }
  if (found.isWeak || !(await isFresh(database, request))) return { ...state, fresh: false }
  await database.query
    .updateTable('agent')
    .set({ lastHeartbeatAt: sql`now()`, ...(signedFully && graceMs === null ? { signsFully: true } : {}) })
    .where('id', '=', agentId)
    .where('accountId', '=', accountId)
    .execute()
  if (poll) await supersedeCommands(database, { accountId, deploymentId, instance: poll.instance })
  return { ...state, fresh: true }
}

/** False: the agent has used this request ID before. */
async function isFresh(database: Sql, { agentId, requestId, accountId }: AgentRequest): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await database.query
    .insertInto('agent_nonce')
    .values({ agentId, requestId, accountId })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** A poll without an instance supersedes all commands of the agent; a poll of an instance those of the instance or without one. */
async function supersedeCommands(
  { query }: Sql,
  { accountId, deploymentId, instance }: Pick<AgentRequest, 'accountId' | 'deploymentId'> & { instance: string | null },
): Promise<void> {
  await query
    .updateTable('command')
    .set({ supersededAt: sql`now()` })
    .where('accountId', '=', accountId)
    .where('deploymentId', '=', deploymentId)
    .where(IS_OUTSTANDING)
    .where('supersededAt', 'is', null)
    .$if(instance !== null, (poll) =>
      poll.where((eb) => eb.or([eb('instance', 'is', null), eb('instance', '=', instance)])),
    )
    .execute()
}

export const agentHeartbeatForms = [
  functionForm(recordRequests, (database, requests) =>
    Promise.all(requests.map((request) => recordRequest(database, request))),
  ),
  functionForm(touchAgents, async (database, deployments) => {
    for (const [accountId, own] of Map.groupBy(deployments, (deployment) => deployment.accountId))
      await database.query
        .updateTable('agent')
        .set({ lastHeartbeatAt: sql`now()` })
        .where('accountId', '=', accountId)
        .where(
          'deploymentId',
          'in',
          own.map(({ deploymentId }) => deploymentId),
        )
        .execute()
  }),
]
