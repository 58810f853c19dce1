import { refreshGauges } from '#services/kernel/metrics/refresh-gauges.js'
import type { IdentityContext } from '../model/caller.js'
import { requireOperator } from '../model/guard.js'

/** The current metrics. Requires an operator, except for clients on this machine. */
export async function readMetrics(context: IdentityContext, isLocal: boolean): Promise<string> {
  if (!isLocal) requireOperator(context, 'ops:read')
  await refreshGauges(context)
  return context.metrics.registry.metrics()
}
