import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { hookSecret } from '../hooks/hook-secret.js'

/** The agent's default is ten seconds; a minute is enough for the load of a server. */
const METRICS_INTERVAL_SECONDS = 60

/** Where the outside reaches us, without a slash at the end: the agent puts its own there. */
export const dashboardUrl = ({ config }: Pick<Context, 'config'>): string => config.publicUrl.href.replace(/\/$/, '')

/** Environment of the agent process, as KEY=value lines. The agent reads no other configuration. */
export function agentEnvironment(
  context: Pick<Context, 'config'>,
  agent: Pick<AgentRow, 'id'>,
  token: string,
  deploymentHash: string,
): string {
  const url = dashboardUrl(context)
  const hooks = `${url}/api/v1/agent/hooks/${hookSecret(agent.id, token)}`
  return [
    `DASHBOARD_URL=${url}`,
    `AGENT_ID=${agent.id}`,
    `AGENT_TOKEN=${token}`,
    `DEPLOYMENT_HASH=${deploymentHash}`,
    `METRICS_WEBHOOK=${hooks}/metrics`,
    `METRICS_INTERVAL_SECS=${METRICS_INTERVAL_SECONDS}`,
    `ALERT_WEBHOOK_URL=${hooks}/alerts`,
  ].join('\n')
}
