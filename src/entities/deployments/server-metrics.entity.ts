import { defineEntity, p } from '@mikro-orm/postgresql'
import { DeploymentSchema } from './deployment.entity.js'

/** Load of a server, as the agent measures it: bytes, percent, and its own milliseconds since 1970. */
export interface ServerSample {
  readonly timestamp_ms: number
  readonly [measure: string]: number
}

/** Latest load of a deployment's server, from its agent's metrics webhook. */
export const ServerMetricsSchema = defineEntity({
  name: 'ServerMetrics',
  tableName: 'server_metrics',
  properties: {
    deploymentId: () => p.manyToOne(DeploymentSchema).mapToPk().fieldName('deployment_id').primary(),
    accountId: p.text(),
    metrics: p.json().$type<ServerSample>(),
    receivedAt: p.datetime().defaultRaw('now()'),
  },
})
