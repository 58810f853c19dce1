import { createBatcher } from '#services/kernel/batcher/batcher.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Sql } from '#services/kernel/database/sql.js'
import * as statements from './agent-requests.sql.js'
import { markAgentsOnline } from '../presence/mark-online.js'

/** One request of an agent whose signature holds. */
interface AgentRequest {
  readonly agentId: string
  readonly accountId: string
  readonly deploymentId: string
  readonly requestId: string
  /** Hash of the token of the request, according to the cache. */
  readonly tokenHash: string
  /** True if it carried a valid `X-Agent-Signature-V2`. */
  readonly signedFully: boolean
  /** A poll for commands, by which of the agent's instances when it says so; null for any other request. */
  readonly poll: { readonly instance: string | null } | null
}

/** Result of recording a request. */
interface AgentRequestOutcome {
  /** True if the token is not (or no longer) valid: the cache is outdated, and nothing was written. */
  readonly tokenIsStale: boolean
  /** Milliseconds for which a replaced token is still accepted. Null for the present token. */
  readonly graceMs: number | null
  /** The agent has signed whole requests before, and this request lacks that signature. Nothing was written. */
  readonly needsFullSignature: boolean
  /** False: this request id was used before. */
  readonly fresh: boolean
  /** True when the agent was thought offline until now. */
  readonly cameOnline: boolean
  /** Something waits in the queue of its deployment. Only looked at for a poll. */
  readonly hasWork: boolean
}

/** A deployment and its account. */
export interface OwnedDeployment {
  readonly deploymentId: string
  readonly accountId: string
}

/**
 * Persists request IDs and heartbeats of concurrent agent requests in one statement, which also verifies tokens,
 * enforces the strongest signature that an agent has sent, supersedes commands of a new poll, and reports whether a
 * command is queued.
 */
export interface AgentHeartbeats {
  record(request: AgentRequest): Promise<AgentRequestOutcome>
  /** The agent of this deployment was thought offline until now. */
  markOnline(deployment: OwnedDeployment): Promise<void>
  /** Polls that are still held are a sign of life. */
  touch(deployments: readonly OwnedDeployment[]): Promise<void>
}

/**
 * Debounce of polls in ms: a poll that will wait for half a minute can wait for others, longer if more polls are open.
 * Ten thousand agents poll at 333 per second. With few agents there is no debounce.
 */
const MAX_DEBOUNCE_MS = 25
const POLLS_PER_GATHER_MS = 200

/** @param database connections for frequent statements @param openLongPolls number of polls that this process holds */
export function createAgentHeartbeats(
  { notifier, timers }: Pick<Context, 'notifier' | 'timers'>,
  database: Sql,
  openLongPolls: () => number,
): AgentHeartbeats {
  const options = {
    timers,
    runBatch: (requests: readonly AgentRequest[]) => recordRequests(database, requests),
    maxSize: 256,
  }
  const debounceMs = () => Math.min(MAX_DEBOUNCE_MS, Math.floor(openLongPolls() / POLLS_PER_GATHER_MS))
  const polls = createBatcher<AgentRequest, AgentRequestOutcome>({ ...options, debounceMs })
  const others = createBatcher<AgentRequest, AgentRequestOutcome>(options)
  const reconnects = createBatcher<OwnedDeployment, null>({
    timers,
    runBatch: async (deployments: readonly OwnedDeployment[]) => {
      notifier.publishCommitted(await markAgentsOnline(database, deployments), [])
      return deployments.map(() => null)
    },
    keyOf: ({ deploymentId }) => deploymentId,
    maxSize: 256,
    debounceMs,
  })
  return {
    markOnline: async (deployment) => void (await reconnects.add(deployment)),
    record: (request) => (request.poll ? polls : others).add(request),
    touch: (deployments) => touchAgents(database, deployments),
  }
}

const touchAgents = async (database: Sql, deployments: readonly OwnedDeployment[]): Promise<void> => {
  await database.run(statements.recordHeartbeats, {
    deploymentIds: deployments.map(({ deploymentId }) => deploymentId),
  })
}

async function recordRequests(database: Sql, requests: readonly AgentRequest[]): Promise<AgentRequestOutcome[]> {
  const rows = await database.rows(statements.recordRequests, {
    agentIds: requests.map(({ agentId }) => agentId),
    requestIds: requests.map(({ requestId }) => requestId),
    tokenHashes: requests.map(({ tokenHash }) => tokenHash),
    polls: requests.map(({ poll }) => poll !== null),
    instances: requests.map(({ poll }) => poll?.instance ?? null),
    signedFully: requests.map(({ signedFully }) => signedFully),
  })
  const keyOf = ({ agentId, requestId }: { agentId: string; requestId: string }) => `${agentId} ${requestId}`
  const completed = new Map(rows.map((row) => [keyOf(row), row]))
  const published = new Set<string>()
  return requests.map((request) => {
    const key = keyOf(request)
    const row = completed.get(key)
    const first = !published.has(key) // the same id twice in one batch is a replay as well
    published.add(key)
    return {
      tokenIsStale: row === undefined,
      graceMs: row?.graceMs ?? null,
      needsFullSignature: row?.isWeak === true,
      fresh: first && row?.fresh === true,
      cameOnline: row?.presence === 'OFFLINE',
      hasWork: row?.hasWork === true,
    }
  })
}
