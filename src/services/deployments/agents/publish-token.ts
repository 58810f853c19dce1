import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import { hashesEqual, secretsEqual } from '#services/kernel/secrets/secret-box.js'
import type { DeploymentsContext } from '../deployments-context.js'
import type { RegisterOutcome } from './register-agent.js'

/** Names under which agents read a Vault: the agent's own, and that of the legacy server. */
const NAMES = ['status_panel_token', 'token'] as const

/** Vault paths from which an agent reads its token. */
export const agentTokenPaths = (deploymentHash: string): string[] =>
  NAMES.map((name) => `agent/${deploymentHash}/${name}`)

/** A warning to the caller of a call that succeeded. */
export interface TokenWarning {
  readonly code: 'VAULT_UNAVAILABLE'
  readonly message: string
}

const VAULT_UNAVAILABLE: TokenWarning = {
  code: 'VAULT_UNAVAILABLE',
  message:
    'The new token could not be written to the Vault. The server retries until it succeeds. Until then, an agent that reads its token there is rejected after its old token expires.',
}

/**
 * With a Vault, a new token is also written there: a rejected agent reads it and continues without a restart. If the
 * Vault is not reachable, the result says so, and the outbox event of the change writes the token later
 * (`keepVaultTrue`).
 */
export async function publishToken(context: DeploymentsContext, outcome: RegisterOutcome): Promise<RegisterOutcome> {
  if (outcome.kind === 'denied' || context.secretStore.kind !== 'vault') return outcome
  const { hash } = outcome.deployment
  try {
    await writeToken(context, hash, outcome.token)
    return outcome
  } catch (error) {
    context.log.warn({ err: error, deployment: hash }, 'writing an agent token to the Vault failed')
    return { ...outcome, warnings: [VAULT_UNAVAILABLE] }
  }
}

const writeToken = (context: DeploymentsContext, deploymentHash: string, token: string): Promise<unknown> =>
  Promise.all(agentTokenPaths(deploymentHash).map((path) => context.secretStore.write(path, token)))

type PublishedToken = Pick<AgentRow, 'id' | 'tokenHash' | 'tokenSealed' | 'revokedAt'> & { readonly hash: string }

/**
 * An agent got another token, or was revoked: makes the Vault hold what the database says now. Fails while the Vault cannot be reached, so that
 * the outbox tries again. What is there already is not written again.
 */
export async function keepVaultTrue(event: OutboxEventRow, context: DeploymentsContext): Promise<void> {
  if (context.secretStore.kind !== 'vault') return
  const agentId = String(event.payload['agentId'])
  for (let agent = await find(context, agentId); agent;) {
    await writeIfCurrent(context, agent)
    const now = await find(context, agentId)
    // Another change may have overtaken the write.
    if (!now || hashesEqual(now.tokenHash, agent.tokenHash)) return
    agent = now
  }
}

const find = ({ database }: DeploymentsContext, agentId: string): Promise<PublishedToken | undefined> =>
  database.query
    .selectFrom('agent')
    .innerJoin('deployment', (join) =>
      join.onRef('deployment.id', '=', 'agent.deploymentId').onRef('deployment.accountId', '=', 'agent.accountId'),
    )
    .select(['agent.id', 'agent.tokenHash', 'agent.tokenSealed', 'agent.revokedAt', 'deployment.hash'])
    .where('agent.id', '=', agentId)
    .executeTakeFirst()

async function writeIfCurrent(context: DeploymentsContext, agent: PublishedToken): Promise<void> {
  const { secrets, secretStore } = context
  const token = agent.revokedAt ? null : secrets.open(agent.tokenSealed, `agent:${agent.id}`)
  for (const path of agentTokenPaths(agent.hash)) {
    if (token === null) await secretStore.remove(path)
    else if (!secretsEqual((await secretStore.read(path)) ?? '', token)) await secretStore.write(path, token)
  }
}
