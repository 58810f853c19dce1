import { requireOperator } from '#services/identity/model/guard.js'
import type { OpsContext } from '../ops-context.js'
import { refreshGauges } from './refresh-gauges.js'

/** The current metrics. Requires an operator, except for clients on this machine. */
export async function readMetrics(context: OpsContext, isLocal: boolean): Promise<string> {
  if (!isLocal) requireOperator(context, 'ops:read')
  await refreshGauges(context)
  return context.metrics.registry.metrics()
}
