import { defineEntity, p } from '@mikro-orm/postgresql'
import { DeploymentSchema } from './deployment.entity.js'

/** Latest load of a deployment's server, from its agent's metrics webhook. */
export const ServerMetricsSchema = defineEntity({
  name: 'ServerMetrics',
  tableName: 'server_metrics',
  properties: {
    deploymentId: () => p.manyToOne(DeploymentSchema).mapToPk().fieldName('deployment_id').primary(),
    accountId: p.text(),
    metrics: p.json().$type<Record<string, number>>(),
    receivedAt: p.datetime().defaultRaw('now()'),
  },
})
