import type { AgentRow } from '../../../entities/deployments/agent.entity.js'
import { refused } from '../../kernel/denials/denial.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { denied, oncePerKey } from '../../kernel/idempotency/once-per-key.js'
import { hashSecret, randomSecret } from '../../kernel/secrets/secret-box.js'
import { mutationScope } from '../../identity/mutation-scope.js'
import { requireDeployment } from '../queries/deployment-queries.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../raise-sequence.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { publishToken } from './publish-token.js'
import type { RegisterOutcome } from './register-agent.js'

const MAX_GRACE_SECONDS = 7 * 24 * 3600

/** Gives the agent a new token; the old one is accepted for a grace time, since an agent learns of it only by a restart. */
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
