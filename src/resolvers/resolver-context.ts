import type { BillingContext } from '../services/billing/billing-context.js'
import type { DeploymentsContext } from '../services/deployments/deployments-context.js'
import type { OpsContext } from '../services/ops/ops-context.js'
import type { Loaders } from './loaders.js'

/** What a resolver is given: everything the services ask for, and the loaders of this request. */
export interface ResolverContext extends BillingContext, DeploymentsContext, OpsContext {
  readonly loaders: Loaders
}
