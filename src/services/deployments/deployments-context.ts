import type { CatalogContext } from '../catalog/catalog-context.js'
import type { AgentTraffic } from './agents/agent-traffic.js'

/** A context that can talk to agents. */
export interface DeploymentsContext extends CatalogContext {
  readonly agentTraffic: AgentTraffic
}
