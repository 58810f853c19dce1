import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { createAgentHeartbeats } from '#services/deployments/agents/agent-heartbeats.js'
import { createAgentKeyRing } from '#services/deployments/agents/agent-keys.js'
import { createCommandQueue } from '#services/deployments/commands/command-queue.js'
import { createLongPollRegistry } from '#services/deployments/commands/long-poll-registry.js'
import { createReportReader } from '#services/deployments/commands/report-reader.js'
import type { DeploymentsContext } from '#services/deployments/deployments-context.js'
import { createOutboundClients } from '#services/deployments/outbound-clients.js'
import type { BaseParts, OpenedParts } from '../module-parts.js'

declare module '../request-context.js' {
  interface RequestContext extends DeploymentsContext {}
}

/** Agents and commands share statements. After this time a request whose row is locked fails alone, and its caller retries. */
const AGENT_LOCK_MS = 1_000

/** Opens the connections of agents and all that talks to them. */
export async function openDeployments(
  base: BaseParts,
): Promise<OpenedParts<Omit<DeploymentsContext, keyof CatalogContext>>> {
  const pool = await base.openPool('agents', { lockMs: AGENT_LOCK_MS, disableBitmapScans: true })
  const agentHeartbeats = createAgentHeartbeats(base, pool, () => longPolls.size())
  const longPolls = createLongPollRegistry(base, agentHeartbeats)
  const outbound = createOutboundClients(base)
  const { addressGuard, secretStore, composeAgents } = outbound
  const commandQueue = createCommandQueue(base, pool)
  const reportReader = createReportReader(base.timers)
  const agentKeys = createAgentKeyRing(base)
  return {
    parts: {
      addressGuard,
      secretStore,
      composeAgents,
      agentKeys,
      agentHeartbeats,
      longPolls,
      commandQueue,
      reportReader,
    },
    connections: { agents: pool },
    drain: (ms) => longPolls.drain(ms),
    finish: () => longPolls.close(),
    close: async () => {
      await reportReader.close()
      await commandQueue.idle()
      await pool.close()
      await outbound.close()
    },
  }
}
