import type { CatalogContext } from '../catalog/catalog-context.js'
import type { AgentKeyRing } from './agents/agent-keys.js'
import type { AgentHeartbeats } from './agents/agent-heartbeats.js'
import type { CommandQueue } from './commands/command-queue.js'
import type { ReportReader } from './commands/report-reader.js'
import type { LongPollRegistry } from './commands/long-poll-registry.js'
import type { OutboundClients } from './outbound-clients.js'

/** A context that can talk to agents. */
export interface DeploymentsContext extends CatalogContext, OutboundClients {
  readonly agentKeys: AgentKeyRing
  readonly agentHeartbeats: AgentHeartbeats
  readonly longPolls: LongPollRegistry
  readonly commandQueue: CommandQueue
  readonly reportReader: ReportReader
}
