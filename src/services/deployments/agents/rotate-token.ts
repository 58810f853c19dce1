import type { AgentRow } from '../../../entities/deployments/agent.entity.js'
import { refused } from '../../kernel/denials/denial.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { denied, oncePerKey } from '../../kernel/idempotency/once-per-key.js'
import type { Transaction } from '../../kernel/database/database.js'
import { hashSecret, randomSecret } from '../../kernel/secrets/secret-box.js'
import { mutationScope } from '../../identity/mutation-scope.js'
import { requireDeployment } from '../queries/deployment-queries.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../raise-sequence.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { earlierTokenPurpose } from './agent-keys.js'
import { publishToken } from './publish-token.js'
import type { RegisterOutcome } from './register-agent.js'

const MAX_GRACE_SECONDS = 7 * 24 * 3600

/** How many tokens before the present one are accepted; beyond that the oldest ends before its grace is over. */
export const MAX_EARLIER_TOKENS = 5

/**
 * Gives the agent a new token; the old one is accepted for a grace time, since an agent learns of it only by a restart, and so is each
 * that was replaced before, for its own. Without grace all of them end at once: this is how a token that became known is ended.
 */
export async function rotateAgentToken(
  context: DeploymentsContext,
  input: { deploymentHash: string; graceSeconds: number; idempotencyKey: string },
): Promise<RegisterOutcome> {
  const deployment = await requireDeployment(context, input.deploymentHash, 'deployments:manage')
  if (input.graceSeconds < 0 || input.graceSeconds > MAX_GRACE_SECONDS)
    return {
      kind: 'denied',
      denial: refused('INVALID_PARAMETERS', `graceSeconds must be between 0 and ${MAX_GRACE_SECONDS}.`, {
        field: 'graceSeconds',
      }),
    }
  const outcome = await oncePerKey<Extract<RegisterOutcome, { kind: 'registered' }>>(context.database, {
    scope: mutationScope(context.caller, deployment.accountId, 'rotateAgentToken', input.idempotencyKey),
    request: input,
    repeat: () =>
      Promise.resolve(
        denied(
          refused('SECRET_ALREADY_SHOWN', 'The token was shown by the first call; rotate it again to get another.'),
        ),
      ),
    first: async (transaction) => {
      const before = await transaction.row<AgentRow>(`select * from agent where deployment_id = $1 for update`, [
        deployment.id,
      ])
      if (!before) throw new AppError('NOT_FOUND', 'No agent is registered for this deployment.')
      await keepEarlierToken(context, transaction, before, input.graceSeconds)
      const token = randomSecret(64)
      const agent = await transaction.row<AgentRow>(
        `update agent set token_hash = $2, token_sealed = $3, previous_token_hash = token_hash, previous_token_sealed = token_sealed,
           previous_token_until = now() + make_interval(secs => $4) where id = $1 returning *`,
        [before.id, hashSecret(token), context.secrets.seal(token, `agent:${before.id}`), input.graceSeconds],
      )
      const reference = { __typename: 'Agent', id: before.id }
      await recordDeploymentEvent(transaction, deployment, MACHINE_NOW, {
        type: 'agent.token_rotated',
        summary: "The agent's token was rotated.",
        subject: reference,
      })
      return { value: { kind: 'registered', agent: agent!, token, deployment }, reference }
    },
  })
  return publishToken(context, outcome)
}

/** The agent's row has room for the token that was replaced last: the one that it held until now is put away while its grace lasts. */
async function keepEarlierToken(
  context: DeploymentsContext,
  transaction: Transaction,
  { id, accountId, previousTokenHash: hash, previousTokenSealed: sealed }: AgentRow,
  graceSeconds: number,
): Promise<void> {
  await transaction.run(`delete from earlier_token where agent_id = $1 and ($2 or accepted_until <= now())`, [
    id,
    graceSeconds === 0,
  ])
  if (graceSeconds === 0 || !hash || !sealed) return
  const resealed = context.secrets.seal(context.secrets.open(sealed, `agent:${id}`), earlierTokenPurpose(hash))
  await transaction.run(
    `insert into earlier_token (token_hash, account_id, agent_id, token_sealed, accepted_until)
     select previous_token_hash, $2, id, $3, previous_token_until from agent where id = $1 and previous_token_until > now()`,
    [id, accountId, resealed],
  )
  await transaction.run(
    `delete from earlier_token where token_hash in (
       select token_hash from earlier_token where agent_id = $1 order by kept_at desc offset $2)`,
    [id, MAX_EARLIER_TOKENS - 1],
  )
}
