import { sql } from 'kysely'
import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { UpstreamError } from '#services/kernel/outbound/upstream.js'
import { redactValue } from '#services/kernel/redaction/redact-value.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { composeFallbackReason, type ComposeFallbackReason } from '../model/compose-availability.js'
import { composeAgentOf } from '../model/compose-agents.js'
import { toComposeCall, type ComposeRequest } from './compose-operation.js'
import { readComposeToken } from '../model/compose-token.js'
import { touchComposeAgent } from './watch-compose.js'

export type ComposeResponse =
  | { readonly kind: 'answered'; readonly result: unknown }
  /** The compose agent did nothing; the polling agent can be used instead. */
  | { readonly kind: 'fallback'; readonly reason: ComposeFallbackReason }
  /** The call may have arrived and had its effect: doing it again by another way could do it twice. */
  | { readonly kind: 'unknown'; readonly detail: string }

/** The one place that calls out to an agent: the compose agent of a deployment, over pooled connections, with its own token. */
export async function callCompose(
  context: DeploymentsContext,
  deployment: DeploymentRow,
  request: ComposeRequest,
): Promise<ComposeResponse> {
  const agent = await composeAgentOf(context.database, deployment.id)
  const reason = composeFallbackReason(agent, context.timers.now())
  if (!agent || (reason && reason !== 'TOKEN_FETCH_FAILURE')) return { kind: 'fallback', reason: reason! }
  const token = await readComposeToken(context, agent, deployment.hash)
  if (token === null) return { kind: 'fallback', reason: 'TOKEN_FETCH_FAILURE' }
  const call = toComposeCall(request)
  try {
    const { body } = await context.composeAgents.call({
      method: call.method,
      url: urlOf(agent, call.path, call.query),
      route: request.operation,
      headers: { authorization: `Bearer ${token}`, 'x-request-id': context.requestId, accept: 'application/json' },
      retries: call.retries,
      ...(call.body ? { body: call.body } : {}),
    })
    await touchComposeAgent(context, agent, { healthy: true, version: null })
    return { kind: 'answered', result: redactValue(body) }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    return afterFailure(context, agent, error, call.method === 'GET')
  }
}

function urlOf(agent: ComposeAgentRow, path: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(path, agent.url.endsWith('/') ? agent.url : `${agent.url}/`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url
}

/** An unreachable agent is not called again until its next heartbeat; a rejected token is a wrong token. */
async function afterFailure(
  context: DeploymentsContext,
  agent: ComposeAgentRow,
  error: UpstreamError,
  isReadOnlyOperation: boolean,
): Promise<ComposeResponse> {
  context.log.warn({ err: error, deploymentId: agent.deploymentId }, 'compose agent call failed')
  const refusedToken = error.failure === 'auth_failure'
  await context.database.query
    .updateTable('compose_agent')
    .set(refusedToken ? { tokenFailedAt: sql`now()` } : { healthy: false })
    .where('id', '=', agent.id)
    .where('accountId', '=', agent.accountId)
    .execute()
  if (error.mayHaveArrived && !refusedToken && !isReadOnlyOperation) return { kind: 'unknown', detail: error.failure }
  return { kind: 'fallback', reason: refusedToken ? 'TOKEN_FETCH_FAILURE' : 'UNHEALTHY_HEARTBEAT' }
}
