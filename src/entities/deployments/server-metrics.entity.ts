import { defineEntity, p } from '@mikro-orm/postgresql'
import { DeploymentSchema } from './deployment.entity.js'

/** The latest load of a deployment's server, as its agent's metrics webhook told it. */
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
