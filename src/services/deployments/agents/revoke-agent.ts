import { sql } from 'kysely'
import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { hashSecret, randomSecret } from '#services/kernel/secrets/secret-box.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { queueTopic } from '../model/queue-topic.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { PRESENCE_EVENTS } from '../presence/set-presence.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../model/record-deployment-event.js'

interface Revoked {
  readonly kind: 'revoked'
  readonly agent: AgentRow
  readonly deployment: DeploymentRow
}

export type RevokeOutcome = Revoked | Denied

/**
 * Revokes all tokens of an agent immediately, without a new one. Open polls end, further calls are rejected, and the
 * tokens are removed from the Vault. Only a new token (`rotateAgentToken`, or linking the server again) admits the
 * agent again. Repeated calls have no effect.
 */
export async function revokeAgent(
  context: DeploymentsContext,
  input: { readonly deploymentHash: string; readonly idempotencyKey: string },
): Promise<RevokeOutcome> {
  const deployment = await requireDeployment(context, input.deploymentHash, 'deployments:manage')
  return runIdempotent<Revoked>(context.database, {
    scope: idempotencyScope(context.caller, deployment.accountId, 'revokeAgent', input.idempotencyKey),
    request: input,
    replay: async (transaction, { id }) => {
      const agent = await transaction.query
        .selectFrom('agent')
        .selectAll()
        .where('id', '=', id)
        .where('accountId', '=', deployment.accountId)
        .executeTakeFirst()
      if (!agent) throw new AppError('NOT_FOUND', 'No agent is registered for this deployment.')
      return { kind: 'revoked', agent, deployment }
    },
    execute: async (transaction) => {
      const before = await transaction.query
        .selectFrom('agent')
        .selectAll()
        .where('deploymentId', '=', deployment.id)
        .where('accountId', '=', deployment.accountId)
        .forUpdate()
        .executeTakeFirst()
      if (!before) throw new AppError('NOT_FOUND', 'No agent is registered for this deployment.')
      const reference = { __typename: 'Agent', id: before.id }
      if (before.revokedAt) return { value: { kind: 'revoked', agent: before, deployment }, reference }
      // The present token is replaced by one that is never shown.
      const token = randomSecret(64)
      await transaction.query
        .deleteFrom('retired_agent_token')
        .where('agentId', '=', before.id)
        .where('accountId', '=', before.accountId)
        .execute()
      const agent = await transaction.query
        .updateTable('agent')
        .set({
          tokenHash: hashSecret(token),
          tokenSealed: context.secrets.seal(token, `agent:${before.id}`),
          previousTokenHash: null,
          previousTokenSealed: null,
          previousTokenUntil: null,
          revokedAt: sql`now()`,
          presence: 'OFFLINE',
        })
        .where('id', '=', before.id)
        .where('accountId', '=', before.accountId)
        .returningAll()
        .executeTakeFirstOrThrow()
      const type = 'agent.revoked'
      const data = { deploymentHash: deployment.hash, agentId: before.id }
      await recordDeploymentEvent(transaction, deployment, MACHINE_NOW, {
        type,
        summary: 'The agent was revoked.',
        subject: reference,
        data,
      })
      if (before.presence !== 'OFFLINE')
        await recordDeploymentEvent(transaction, deployment, MACHINE_NOW, {
          ...PRESENCE_EVENTS.OFFLINE,
          subject: reference,
        })
      await writeOutbox(transaction, {
        type,
        accountId: deployment.accountId,
        payload: data,
        at: context.clock.now(),
        requestId: context.requestId,
      })
      transaction.announce(queueTopic(deployment.id)) // held polls end
      return { value: { kind: 'revoked', agent, deployment }, reference }
    },
  })
}
