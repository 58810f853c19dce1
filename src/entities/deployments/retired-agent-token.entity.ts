import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/**
 * A token of an agent that was replaced more than once, during its grace period. The last replaced token is in the
 * agent's row.
 */
export const RetiredAgentTokenSchema = defineEntity({
  name: 'RetiredAgentToken',
  tableName: 'retired_agent_token',
  properties: {
    tokenHash: p.text().primary(),
    accountId: p.text().primary(),
    agentId: p.text(),
    tokenSealed: p.text(),
    acceptedUntil: p.datetime(),
    retiredAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'retired_agent_token_agent', properties: ['agentId'] }],
})

export type RetiredAgentTokenRow = RowOf<typeof RetiredAgentTokenSchema>
