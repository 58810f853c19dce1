import { isIP } from 'node:net'
import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { hashSecret } from '#services/kernel/secrets/secret-box.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { endOutage } from '../outages/outage.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../model/record-deployment-event.js'
import { authorizeDeployment, type RequestedDeployment } from '../model/authorize-deployment.js'
import { composeTokenPath } from '../model/compose-token.js'

/** Where a compose agent can be reached, and with what. */
export interface ComposeRegistration {
  readonly url: string
  readonly token: string
  readonly version: string | null
}

export type ComposeRegistered = { readonly kind: 'registered'; readonly agent: ComposeAgentRow } | Denied

/**
 * Stores a compose agent's URL and token; a repeated registration replaces both, because an installer can run twice.
 * The token is stored first: a URL without its token would fail.
 */
export async function registerComposeAgent(
  context: DeploymentsContext,
  requested: RequestedDeployment,
  given: ComposeRegistration,
): Promise<ComposeRegistered> {
  const { deployment, actor } = await authorizeDeployment(context, requested, 'deployments:manage')
  const denial = validateAgentUrl(
    given.url,
    (host) => context.addressGuard.allowsHost(host) || context.addressGuard.allowsAddress(host),
  )
  if (denial) return denied(denial)
  if (deployment.status === 'STOPPED')
    return denied(refused('INVALID_TRANSITION', 'The deployment is stopped.', { field: 'deploymentHash' }))
  await context.secretStore.write(composeTokenPath(deployment.hash), given.token)
  return context.database.transaction(async (transaction) => {
    const id = transaction.newId('cag')
    const registration = { url: given.url, tokenHash: hashSecret(given.token), version: given.version }
    const agent = await transaction.query
      .insertInto('compose_agent')
      .values({
        id,
        accountId: deployment.accountId,
        deploymentId: deployment.id,
        ...registration,
      })
      .onConflict((conflict) =>
        conflict.columns(['deploymentId', 'accountId']).doUpdateSet((eb) => ({
          ...registration,
          healthy: true,
          tokenFailedAt: null,
          lastHeartbeatAt: eb.ref('excluded.lastHeartbeatAt'),
        })),
      )
      .returningAll()
      .executeTakeFirstOrThrow()
    await endOutage(transaction, { deploymentId: deployment.id, accountId: deployment.accountId }, 'COMPOSE_AGENT')
    await recordDeploymentEvent(transaction, deployment, MACHINE_NOW, {
      type: 'compose_agent.registered',
      summary: 'A compose agent was registered.',
      data: { url: given.url, version: given.version },
    })
    await recordAudit(transaction, {
      accountId: deployment.accountId,
      actor,
      action: 'compose_agent.registered',
      object: deployment.hash,
      details: { url: given.url },
    })
    return { kind: 'registered', agent }
  })
}

/** Pure: why an address is none to be called; names are checked again, with what they resolve to, whenever they are dialled. */
export function validateAgentUrl(text: string, allows: (host: string) => boolean): Refused | null {
  const invalid = (message: string) => refused('INVALID_URL', message, { field: 'url' })
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol)) return invalid('url must start with http:// or https://.')
  if (url.username || url.password || url.search || url.hash)
    return invalid('url must not contain credentials, a query or a fragment.')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const literal = isIP(host) !== 0 || host === 'localhost' || host.endsWith('.localhost')
  return literal && !allows(host)
    ? invalid('url is not a public address. An operator can allow it with ALLOWED_PRIVATE_HOSTS.')
    : null
}
