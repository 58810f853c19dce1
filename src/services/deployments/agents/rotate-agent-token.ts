import type { RotateAgentTokenArgs } from '#schema/deployments/agent-token.type.js'
import { sql } from 'kysely'
import { refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { hashSecret, randomSecret } from '#services/kernel/secrets/secret-box.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { queueTopic } from '../model/queue-topic.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../model/record-deployment-event.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { publishToken } from './publish-token.js'
import type { RegisterOutcome } from './register-agent.js'
import { endTokens, keepEarlierTokens, tokensBefore } from './retired-tokens.js'

const GRACE_SECONDS = 3600
const MAX_GRACE_SECONDS = 7 * 24 * 3600

/**
 * Maximum time for which the old tokens outlive a rotation without grace. They end as soon as the Vault has the new one; this limit ends them
 * if the process dies before that.
 */
const PUBLISHING_SECONDS = 30

interface Rotated extends Extract<RegisterOutcome, { kind: 'registered' }> {
  /** Hashes of earlier tokens that must still be ended. */
  readonly ending: readonly string[]
}

/**
 * Rotates the agent's token. The earlier one stays valid for a grace period, because an agent reads its token only at a
 * restart, and so does each retired one for its own. Without a grace period all of them end immediately, for a token
 * that was leaked. An agent that reads its token from a Vault finds the new one there before the earlier ones end.
 */
export async function rotateAgentToken(
  context: DeploymentsContext,
  input: RotateAgentTokenArgs,
): Promise<RegisterOutcome> {
  const deployment = await requireDeployment(context, input.deploymentHash, 'deployments:manage')
  const { deploymentHash, idempotencyKey } = input
  const graceSeconds = input.graceSeconds ?? GRACE_SECONDS
  const allowPlainSignature = input.allowPlainSignature ?? false
  if (graceSeconds < 0 || graceSeconds > MAX_GRACE_SECONDS)
    return {
      kind: 'denied',
      denial: refused('INVALID_PARAMETERS', `graceSeconds must be between 0 and ${MAX_GRACE_SECONDS}.`, {
        field: 'graceSeconds',
      }),
    }
  const isEndedLater = graceSeconds === 0 && context.secretStore.kind === 'vault'
  const outcome = await runIdempotent<Rotated>(context.database, {
    scope: idempotencyScope(context.caller, deployment.accountId, 'rotateAgentToken', idempotencyKey),
    request: { deploymentHash, idempotencyKey, graceSeconds, allowPlainSignature },
    replay: () =>
      Promise.resolve(
        denied(
          refused('SECRET_ALREADY_SHOWN', 'The token was shown by the first call. Rotate it again to get a new one.'),
        ),
      ),
    execute: async (transaction) => {
      const before = await transaction.query
        .selectFrom('agent')
        .selectAll()
        .where('deploymentId', '=', deployment.id)
        .where('accountId', '=', deployment.accountId)
        .forUpdate()
        .executeTakeFirst()
      if (!before) throw new AppError('NOT_FOUND', 'No agent is registered for this deployment.')
      const ending = isEndedLater ? await tokensBefore(transaction, before) : []
      const seconds = isEndedLater ? PUBLISHING_SECONDS : graceSeconds
      const limit = graceSeconds === 0 ? seconds : null
      await keepEarlierTokens(context.secrets, transaction, before, limit)
      const token = randomSecret(64)
      // The row is locked, so the replaced token is the one that was read.
      const hasGrace = seconds > 0 && before.revokedAt === null
      const agent = await transaction.query
        .updateTable('agent')
        .set({
          tokenHash: hashSecret(token),
          tokenSealed: context.secrets.seal(token, `agent:${before.id}`),
          revokedAt: null,
          signsFully: before.signsFully && !allowPlainSignature,
          previousTokenHash: hasGrace ? before.tokenHash : null,
          previousTokenSealed: hasGrace ? before.tokenSealed : null,
          previousTokenUntil: hasGrace ? sql`now() + make_interval(secs => ${seconds})` : null,
        })
        .where('id', '=', before.id)
        .where('accountId', '=', before.accountId)
        .returningAll()
        .executeTakeFirstOrThrow()
      const reference = { __typename: 'Agent', id: before.id }
      const type = 'agent.token_rotated'
      const data = { deploymentHash: deployment.hash, agentId: before.id }
      await recordDeploymentEvent(transaction, deployment, MACHINE_NOW, {
        type,
        summary: "The agent's token was rotated.",
        subject: reference,
        data,
      })
      await writeOutbox(transaction, {
        type,
        accountId: deployment.accountId,
        payload: data,
        at: context.clock.now(),
        requestId: context.requestId,
      })
      transaction.announce(queueTopic(deployment.id)) // held polls check their token
      return { value: { kind: 'registered', agent, token, deployment, warnings: [], ending }, reference }
    },
  })
  if (outcome.kind === 'denied') return outcome
  const published = await publishToken(context, outcome)
  await endTokens(context.database, outcome.agent, outcome.ending)
  return published
}
