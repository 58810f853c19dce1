import type { DeploymentsContext } from '../deployments-context.js'
import type { RegisterOutcome } from './register-agent.js'

/** Under which names agents look in a Vault: the agent's own, and that of the server that it was written for. */
const NAMES = ['status_panel_token', 'token'] as const

/** Where an agent that reads its token from a Vault finds it. */
export const agentTokenPaths = (deploymentHash: string): string[] =>
  NAMES.map((name) => `agent/${deploymentHash}/${name}`)

/**
 * With a Vault, a new token is written there as well: an agent that is refused reads it there and goes on, without a restart. Without one,
 * or when it cannot be reached, the token stands in the answer, as always.
 */
export async function publishToken(context: DeploymentsContext, outcome: RegisterOutcome): Promise<RegisterOutcome> {
  if (outcome.kind === 'denied' || context.secretStore.kind !== 'vault') return outcome
  const { hash } = outcome.deployment
  try {
    for (const path of agentTokenPaths(hash)) await context.secretStore.write(path, outcome.token)
  } catch (error) {
    context.log.warn({ err: error, deployment: hash }, "an agent's token could not be written to the Vault")
  }
  return outcome
}
