import { sql } from 'kysely'
import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { RetiredAgentTokenRow } from '#entities/deployments/retired-agent-token.entity.js'
import { createBatcher } from '#services/kernel/batcher/batcher.js'
import { hashesEqual, hashSecret } from '#services/kernel/secrets/secret-box.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { bodySignature } from './request-signature.js'
import { createCache } from '#services/kernel/cache/create-cache.js'

/** Key that verifies an agent's requests, and the agent's deployment. */
export interface AgentKeys extends SigningKey {
  readonly id: string
  readonly accountId: string
  readonly deploymentId: string
  readonly deploymentHash: string
  readonly tokenHash: string
  /** The tokens before, each while its own grace lasts. */
  readonly earlier: readonly EarlierKey[]
}

interface EarlierKey extends SigningKey {
  readonly tokenHash: string
  readonly until: number
}

/** Signing key of an agent. */
export interface SigningKey {
  /** The token itself. */
  readonly key: string
  /** The signature of a request without a body, which is that of every poll. */
  readonly emptyBodySignature: string
}

/**
 * Cache of the decrypted keys of recent agents. A cached key may be used only if the statement that records the request
 * verifies that the token is current (`agent-heartbeats.ts`), so a rotation on another machine needs no message.
 */
export interface AgentKeyRing {
  /** Cached keys; may be outdated. */
  known(agentId: string): AgentKeys | undefined
  /** Reads the current keys. Undefined if the agent does not exist. */
  load(agentId: string): Promise<AgentKeys | undefined>
}

/** More agents than one process holds polls of; each takes about a kilobyte. */
const MAX_REMEMBERED = 20_000

type Row = Pick<
  AgentRow,
  | 'id'
  | 'accountId'
  | 'deploymentId'
  | 'tokenHash'
  | 'tokenSealed'
  | 'previousTokenHash'
  | 'previousTokenSealed'
  | 'previousTokenUntil'
> & { readonly deploymentHash: string }

type EarlierRow = Pick<RetiredAgentTokenRow, 'tokenHash' | 'tokenSealed' | 'acceptedUntil' | 'agentId'>

/** An agent as read, and its retired tokens. */
interface Found {
  readonly row: Row
  readonly earlier: readonly EarlierRow[]
}

/** Purpose under which a retired token is sealed. */
export const retiredTokenPurpose = (tokenHash: string): string => `retired_agent_token:${tokenHash}`

export function createAgentKeyRing({
  database,
  secrets,
  timers,
}: Pick<Context, 'database' | 'secrets' | 'timers'>): AgentKeyRing {
  const ring = createCache<string, AgentKeys>(MAX_REMEMBERED)
  const open = ({ row, earlier }: Found): AgentKeys => ({
    id: row.id,
    accountId: row.accountId,
    deploymentId: row.deploymentId,
    deploymentHash: row.deploymentHash,
    tokenHash: row.tokenHash,
    ...signingKey(secrets.open(row.tokenSealed, `agent:${row.id}`)),
    earlier: [
      ...(row.previousTokenHash
        ? [
            {
              tokenHash: row.previousTokenHash,
              ...signingKey(secrets.open(row.previousTokenSealed!, `agent:${row.id}`)),
              until: row.previousTokenUntil!.getTime(),
            },
          ]
        : []),
      ...earlier.map(({ tokenHash, tokenSealed, acceptedUntil }) => ({
        tokenHash,
        ...signingKey(secrets.open(tokenSealed, retiredTokenPurpose(tokenHash))),
        until: acceptedUntil.getTime(),
      })),
    ],
  })
  /** After an outage all agents call at the same time. */
  const read = createBatcher<string, Found | undefined>({
    timers,
    runBatch: async (agentIds) => {
      const rows = await database.query
        .selectFrom('agent')
        .innerJoin('deployment', (join) =>
          join.onRef('deployment.id', '=', 'agent.deploymentId').onRef('deployment.accountId', '=', 'agent.accountId'),
        )
        .select(['agent.id', 'agent.accountId', 'agent.deploymentId', 'deployment.hash as deploymentHash'])
        .select(['agent.tokenHash', 'agent.tokenSealed'])
        .select(['agent.previousTokenHash', 'agent.previousTokenSealed', 'agent.previousTokenUntil'])
        .where('agent.id', 'in', agentIds)
        .execute()
      // Read after the agents: a token that is retired in between is found twice, and not missed.
      const earlier = await database.query
        .selectFrom('retired_agent_token')
        .select(['tokenHash', 'tokenSealed', 'acceptedUntil', 'agentId'])
        .where('agentId', 'in', agentIds)
        .where('acceptedUntil', '>', sql<Date>`now()`)
        .execute()
      const earlierOf = Map.groupBy(earlier, ({ agentId }) => agentId)
      const byId = new Map(rows.map((row) => [row.id, { row, earlier: earlierOf.get(row.id) ?? [] }]))
      return agentIds.map((id) => byId.get(id))
    },
  })
  return {
    known: (agentId) => ring.get(agentId),
    async load(agentId) {
      const found = await read.add(agentId)
      if (!found) {
        ring.delete(agentId)
        return undefined
      }
      const keys = open(found)
      ring.set(agentId, keys)
      return keys
    },
  }
}

const signingKey = (key: string): SigningKey => ({ key, emptyBodySignature: bodySignature(key, Buffer.alloc(0)) })

/** A token that holds, and the key that it is. */
export interface AcceptedKey {
  readonly signing: SigningKey
  readonly tokenHash: string
}

/** Key of the signature: the current token, or an earlier one in its grace period. Null if the bearer is neither. */
export function acceptedKey(timers: Timers, keys: AgentKeys, token: string): AcceptedKey | null {
  const tokenHash = hashSecret(token)
  if (hashesEqual(tokenHash, keys.tokenHash)) return { signing: keys, tokenHash }
  const now = timers.now()
  const signing = keys.earlier.find(({ until, tokenHash: hash }) => until > now && hashesEqual(tokenHash, hash))
  return signing ? { signing, tokenHash } : null
}
