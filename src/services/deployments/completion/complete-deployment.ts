import { sql } from 'kysely'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { hasScope, type IdentityContext } from '#services/identity/model/caller.js'
import { requireSignedIn } from '#services/identity/model/guard.js'
import { deploymentOfEnrollmentToken } from '../agents/enrollment.js'
import { findDeployment } from '../model/deployment-queries.js'
import { requireStack } from '../model/require-stack.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../model/record-deployment-event.js'

/** Report of the service that has set up a server. */
export interface Completion {
  readonly deploymentHash: string
  /** The enrollment token of the server: it identifies the deployment. */
  readonly purchaseToken: string
  /** The template, by id, slug or stack. */
  readonly stackId: string
  readonly serverAddress: string | null
}

/** `first`: it had not been said before. */
export interface Completed {
  readonly deployment: DeploymentRow
  readonly first: boolean
}

/**
 * Records the installation of a deployment. Repeated calls have no effect, and deployment counters are notified once.
 */
export async function completeDeployment(context: IdentityContext, said: Completion): Promise<Completed> {
  const deployment = await requireCompleting(context, said)
  await requireStack(context.database, deployment, said.stackId)
  return context.database.transaction(async (transaction) => {
    const completed = await transaction.query
      .updateTable('deployment')
      .set({ completedAt: sql`now()`, serverAddress: said.serverAddress })
      .where('id', '=', deployment.id)
      .where('accountId', '=', deployment.accountId)
      .where('completedAt', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (!completed) return { deployment, first: false }
    const { id, accountId, hash, templateId } = completed
    const payload = { deploymentHash: hash, templateId, serverAddress: said.serverAddress }
    await recordDeploymentEvent(transaction, completed, MACHINE_NOW, {
      type: 'deployment.completed',
      summary: 'The deployment was installed on its server.',
      subject: { __typename: 'Deployment', id },
      data: payload,
    })
    await writeOutbox(transaction, {
      type: 'deployment.completed',
      accountId,
      payload,
      at: context.clock.now(),
      requestId: context.requestId,
    })
    const { principal: actor } = context.caller
    await recordAudit(transaction, { accountId, actor, action: 'deployment.completed', object: hash })
    return { deployment: completed, first: true }
  })
}

/** For services only. Without the token the deployment is not found, regardless of its owner. */
async function requireCompleting(context: IdentityContext, said: Completion): Promise<DeploymentRow> {
  requireSignedIn(context)
  const { caller } = context
  if (!hasScope(caller, 'ops:write') && !hasScope(caller, 'marketplace:sync'))
    throw new AppError('FORBIDDEN', 'Scope ops:write or marketplace:sync is required.')
  const deployment = await findDeployment(context.database, said.deploymentHash)
  const isTheirs = caller.kind === 'service' && (caller.accountId ?? deployment?.accountId) === deployment?.accountId
  if (!deployment || !isTheirs) throw new AppError('NOT_FOUND', 'Deployment not found.')
  const issued = await deploymentOfEnrollmentToken(context.database, said.purchaseToken)
  if (issued?.hash !== deployment.hash)
    throw new AppError('INVALID_ENROLMENT_TOKEN', 'The purchase token does not belong to this deployment.')
  return deployment
}
