import { defineEntity, p } from '@mikro-orm/postgresql'

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
    deploymentId: p.text().primary(),
    accountId: p.text().primary(),
    metrics: p.json().$type<ServerSample>(),
    receivedAt: p.datetime().defaultRaw('now()'),
  },
})
