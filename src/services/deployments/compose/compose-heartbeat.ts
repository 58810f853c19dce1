import { AppError } from '#services/kernel/errors/app-error.js'
import { hashSecret, secretsEqual } from '#services/kernel/secrets/secret-box.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { findDeployment } from '../model/deployment-queries.js'
import { composeAgentOf } from '../model/compose-agents.js'
import { touchComposeAgent } from './watch-compose.js'

/** A sign of life of a compose agent, which shows its own token; every 30 seconds is what is expected. */
export async function composeHeartbeat(
  context: DeploymentsContext,
  request: { deploymentHash: string; token: string | null; healthy: boolean; version: string | null },
): Promise<void> {
  const deployment = await findDeployment(context.database, request.deploymentHash)
  const agent = deployment && (await composeAgentOf(context.database, deployment.id))
  // An unauthorized caller must not learn whether the deployment, its compose agent or the token is wrong.
  if (!agent || request.token === null || !secretsEqual(hashSecret(request.token), agent.tokenHash)) {
    context.metrics.agentAuthFailures.inc({ reason: 'bad_compose_token' })
    throw new AppError('INVALID_TOKEN', 'Unknown compose agent or token.')
  }
  await touchComposeAgent(context, agent, { healthy: request.healthy, version: request.version })
}
