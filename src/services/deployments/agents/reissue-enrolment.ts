import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { recordDeploymentEvent } from '../model/record-deployment-event.js'
import { deleteUnusedTokens, issueEnrollmentToken } from './enrollment.js'

interface Reissued {
  readonly kind: 'reissued'
  readonly deployment: DeploymentRow
  readonly enrolmentToken: string
}

/**
 * Issues a new enrollment token for a deployment whose agent has not registered, for example because the first token was
 * lost. The unused earlier tokens end. A repeated call is denied, because the token is shown once.
 */
export async function reissueEnrolment(
  context: DeploymentsContext,
  input: { readonly deploymentHash: string; readonly idempotencyKey: string },
): Promise<Reissued | Denied> {
  const deployment = await requireDeployment(context, input.deploymentHash, 'deployments:manage')
  return runIdempotent<Reissued>(context.database, {
    scope: idempotencyScope(context.caller, deployment.accountId, 'reissueEnrolment', input.idempotencyKey),
    request: input,
    replay: () =>
      Promise.resolve(
        denied(
          refused('SECRET_ALREADY_SHOWN', 'The token was shown by the first call. Issue a new one with another key.'),
        ),
      ),
    execute: async (transaction) => {
      const current = await transaction.query
        .selectFrom('deployment')
        .selectAll()
        .where('id', '=', deployment.id)
        .where('accountId', '=', deployment.accountId)
        .forUpdate()
        .executeTakeFirstOrThrow()
      if (current.status === 'STOPPED')
        return denied(refused('INVALID_TRANSITION', 'The deployment is stopped.', { field: 'deploymentHash' }))
      const agent = await transaction.query
        .selectFrom('agent')
        .select('id')
        .where('deploymentId', '=', current.id)
        .where('accountId', '=', current.accountId)
        .executeTakeFirst()
      if (agent)
        return denied(
          refused('ALREADY_REGISTERED', 'An agent is already registered. Use rotateAgentToken for a new agent token.'),
        )
      await deleteUnusedTokens(transaction, current)
      const enrolmentToken = await issueEnrollmentToken(transaction, current)
      const reference = { __typename: 'Deployment', id: current.id }
      await recordDeploymentEvent(transaction, current, context.clock.now(), {
        type: 'deployment.enrolment_reissued',
        summary: 'A new enrollment token was issued.',
        subject: reference,
      })
      return { value: { kind: 'reissued', deployment: current, enrolmentToken }, reference }
    },
  })
}
