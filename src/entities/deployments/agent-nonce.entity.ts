import { defineEntity, p } from '@mikro-orm/postgresql'

/** Request ids that an agent has used; each is good once, for longer than twice the allowed clock skew. */
export const AgentNonceSchema = defineEntity({
  name: 'AgentNonce',
  tableName: 'agent_nonce',
  properties: {
    agentId: p.text().primary(),
    requestId: p.text().primary(),
    accountId: p.text().primary(),
    seenAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'agent_nonce_seen', properties: ['seenAt'] }],
})
