import { z } from 'zod'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { refusedInput } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { inputIssues } from '#services/kernel/validation/input-issues.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { recordDeploymentEvent } from '../model/record-deployment-event.js'
import { deploymentName } from './deployment-name.js'

interface Renamed {
  readonly kind: 'renamed'
  readonly deployment: DeploymentRow
}

const renameInput = z.object({ name: deploymentName })

/** Changes the display name of a deployment. */
export async function renameDeployment(
  context: DeploymentsContext,
  input: { readonly deploymentHash: string; readonly name: string; readonly idempotencyKey: string },
): Promise<Renamed | Denied> {
  const { id, accountId } = await requireDeployment(context, input.deploymentHash, 'deployments:manage')
  const [issue, ...issues] = inputIssues(renameInput, input)
  if (issue) return denied(refusedInput([issue, ...issues]))
  return runIdempotent<Renamed>(context.database, {
    scope: idempotencyScope(context.caller, accountId, 'renameDeployment', input.idempotencyKey),
    request: input,
    replay: async (transaction) => ({
      kind: 'renamed',
      deployment: await transaction.query
        .selectFrom('deployment')
        .selectAll()
        .where('id', '=', id)
        .where('accountId', '=', accountId)
        .executeTakeFirstOrThrow(),
    }),
    execute: async (transaction) => {
      const reference = { __typename: 'Deployment', id }
      const name = input.name.trim()
      await transaction.query
        .updateTable('deployment')
        .set({ name })
        .where('id', '=', id)
        .where('accountId', '=', accountId)
        .execute()
      await recordDeploymentEvent(transaction, { id, accountId }, context.clock.now(), {
        type: 'deployment.renamed',
        summary: `The deployment was renamed to ${name}.`,
        subject: reference,
        data: { name },
      })
      const deployment = await transaction.query
        .selectFrom('deployment')
        .selectAll()
        .where('id', '=', id)
        .where('accountId', '=', accountId)
        .executeTakeFirstOrThrow()
      return { value: { kind: 'renamed', deployment }, reference }
    },
  })
}
