import type { CatalogContext } from '../catalog/catalog-context.js'
import type { AgentKeyRing } from './agents/agent-keys.js'
import type { AgentTraffic } from './agents/agent-traffic.js'
import type { CommandDesk } from './commands/command-desk.js'
import type { ReportReader } from './commands/report-reader.js'
import type { WaitingRoom } from './commands/waiting-room.js'
import type { OutboundParts } from './outbound-parts.js'

/** A context that can talk to agents. */
export interface DeploymentsContext extends CatalogContext, OutboundParts {
  readonly agentKeys: AgentKeyRing
  readonly agentTraffic: AgentTraffic
  readonly waitingRoom: WaitingRoom
  readonly commandDesk: CommandDesk
  readonly reportReader: ReportReader
}
