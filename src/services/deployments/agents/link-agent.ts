import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { toPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import { denied } from '#services/kernel/result/denied.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { claimReportedServer, reportedServer, ServerDenied } from '../model/managed-servers.js'
import { sealLinkSession } from './link-session.js'
import { registerAgent, type RegisterOutcome } from './register-agent.js'
import { rotateAgentToken } from './rotate-agent-token.js'

/** The agent's page shows no more than this many. */
const MAX_SHOWN = 50
/** The agent that had the token before is stopped or restarted within this time. */
const GRACE_SECONDS = 3600

/** A session for linking, and what it may be used for. */
export interface LinkLogin {
  readonly sessionToken: string
  readonly userId: string
  readonly deployments: readonly Pick<DeploymentRow, 'hash' | 'name' | 'stack' | 'status' | 'createdAt'>[]
}

/** For the agent's page: a session for the user of the token, and the deployments that can be linked. */
export async function loginForLinking(context: IdentityContext, email: string): Promise<LinkLogin> {
  const { caller } = context
  if (caller.kind !== 'user' || caller.email.toLowerCase() !== email.trim().toLowerCase())
    throw new AppError('INVALID_TOKEN', 'Invalid email address or password.')
  const deployments = await context.database.query
    .selectFrom('deployment')
    .innerJoin('member', 'member.accountId', 'deployment.accountId')
    .selectAll('deployment')
    .where('member.userId', '=', caller.userId)
    .where('deployment.status', 'in', ['PENDING', 'ACTIVE'])
    .orderBy('deployment.id', 'desc')
    .limit(MAX_SHOWN)
    .execute()
  return { sessionToken: sealLinkSession(context, caller), userId: caller.userId, deployments }
}

/**
 * Links a deployment's agent to the server of the user: a new agent, or the existing one with a new token. The earlier
 * token stays valid for an hour. The version is unknown, because this agent does not send it.
 */
export async function linkAgent(
  context: DeploymentsContext,
  link: { deploymentHash: string; capabilities: readonly string[]; fingerprint: Record<string, unknown> },
): Promise<RegisterOutcome> {
  const { deploymentHash } = link
  const capabilities = [...new Set([...link.capabilities, 'status_panel'])]
  const input = { capabilities, version: null, systemInfo: link.fingerprint }
  const registered = await registerAgent(context, { deploymentHash, ...input, idempotencyKey: context.random.uuid() })
  if (registered.kind === 'registered') await recordLink(context, registered)
  if (registered.kind === 'registered' || registered.denial.code !== 'ALREADY_REGISTERED') return registered
  const denial = await moveServer(context, deploymentHash, link.fingerprint)
  if (denial) return denied(denial)
  const rotated = await rotateAgentToken(context, {
    deploymentHash,
    graceSeconds: GRACE_SECONDS,
    allowPlainSignature: true,
    idempotencyKey: context.random.uuid(),
  })
  if (rotated.kind === 'registered') {
    await recordLink(context, rotated)
    const { systemInfo } = toPostgresSafe(input)
    await context.database.query
      .updateTable('agent')
      .set({ capabilities: toPostgresSafe(capabilities), systemInfo: jsonb(systemInfo) })
      .where('id', '=', rotated.agent.id)
      .where('accountId', '=', rotated.agent.accountId)
      .execute()
  }
  return rotated
}

/** Counts the server to which an agent moves, and frees the earlier one. Returns the denial if no managed server is left. */
async function moveServer(
  context: DeploymentsContext,
  hash: string,
  fingerprint: Record<string, unknown>,
): Promise<Denial | null> {
  const deployment = await requireDeployment(context, hash, 'deployments:manage')
  try {
    await context.database.transaction(async (transaction) => {
      await lockAccount(transaction, deployment.accountId)
      const agent = await transaction.query
        .selectFrom('agent')
        .select('systemInfo')
        .where('deploymentId', '=', deployment.id)
        .where('accountId', '=', deployment.accountId)
        .executeTakeFirstOrThrow()
      const before = reportedServer(deployment, agent.systemInfo)
      await claimReportedServer(context, transaction, deployment, reportedServer(deployment, fingerprint), before)
    })
    return null
  } catch (error) {
    if (error instanceof ServerDenied) return error.denial
    throw error
  }
}

const recordLink = (
  context: IdentityContext,
  { agent, deployment }: Extract<RegisterOutcome, { kind: 'registered' }>,
): Promise<void> =>
  recordAudit(context.database, {
    accountId: deployment.accountId,
    actor: context.caller.principal,
    action: 'agent.linked_via_login',
    object: deployment.hash,
    details: { agent: agent.id },
  })
