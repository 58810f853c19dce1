import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

export type AgentPresence = 'ONLINE' | 'BUSY' | 'OFFLINE' | 'DEGRADED'

/** The agent of a deployment. Its token is kept hashed for the bearer and sealed for the HMAC, which needs the raw key. */
export const AgentSchema = defineEntity({
  name: 'Agent',
  tableName: 'agent',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    deploymentId: p.text(),
    tokenHash: p.text(),
    tokenSealed: p.text(),
    previousTokenHash: p.text().nullable(),
    previousTokenSealed: p.text().nullable(),
    previousTokenUntil: p.datetime().nullable(),
    /** Null: it may call. A new token makes it null again. */
    revokedAt: p.datetime().nullable(),
    /**
     * True if it has sent `X-Agent-Signature-V2` with its current token, so that the weaker signature alone is
     * rejected.
     */
    signsFully: p.boolean().default(false),
    version: p.text().nullable(),
    systemInfo: p.json().$type<Record<string, unknown>>(),
    capabilities: p.array(),
    presence: p.text().$type<AgentPresence>().default('OFFLINE'),
    lastHeartbeatAt: p.datetime().nullable(),
    registeredAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'agent_presence', expression: `presence in ('ONLINE', 'BUSY', 'OFFLINE', 'DEGRADED')` }],
  uniques: [{ name: 'agent_deployment', properties: ['deploymentId', 'accountId'] }],
})

export type AgentRow = RowOf<typeof AgentSchema>
