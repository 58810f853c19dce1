import { defineEntity, p } from '@mikro-orm/postgresql'
import { DeploymentSchema } from './deployment.entity.js'

/** A threshold that a deployment's server has crossed, or come back from, as its agent told it. Append-only; a repetition is no row. */
export const AgentAlarmSchema = defineEntity({
  name: 'AgentAlarm',
  tableName: 'agent_alarm',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    deploymentId: () => p.manyToOne(DeploymentSchema).mapToPk().fieldName('deployment_id'),
    kind: p.text(),
    severity: p.text(),
    recovered: p.boolean(),
    message: p.text(),
    value: p.double(),
    threshold: p.double(),
    occurredAt: p.datetime(),
    receivedAt: p.datetime().defaultRaw('now()'),
  },
  uniques: [{ name: 'agent_alarm_once', properties: ['deploymentId', 'kind', 'severity', 'recovered', 'occurredAt'] }],
})
