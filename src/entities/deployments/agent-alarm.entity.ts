import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/**
 * A threshold crossed on a deployment's server, or its recovery, as reported by its agent. Append-only; a repetition is
 * not stored.
 */
export const AgentAlarmSchema = defineEntity({
  name: 'AgentAlarm',
  tableName: 'agent_alarm',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    deploymentId: p.text(),
    kind: p.text(),
    severity: p.text(),
    recovered: p.boolean(),
    message: p.text(),
    value: p.double().$type<number>(),
    threshold: p.double().$type<number>(),
    occurredAt: p.datetime(),
    receivedAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'agent_alarm_received', properties: ['deploymentId', 'id'] }],
  uniques: [
    {
      name: 'agent_alarm_once',
      properties: ['deploymentId', 'kind', 'severity', 'recovered', 'occurredAt', 'accountId'],
    },
  ],
})

export type AgentAlarmRow = RowOf<typeof AgentAlarmSchema>
