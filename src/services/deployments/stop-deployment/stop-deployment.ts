import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { endAllocation } from '#services/entitlements/allocations/write-allocation.js'
import { DEPLOYMENTS } from '#services/entitlements/plans/account-plan.js'
import { transitionCommand } from '../commands/transition-command.js'
import { queueTopic } from '../model/queue-topic.js'
import { freeServer } from '../model/managed-servers.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { IS_QUEUED } from '../model/select-commands.js'
import { recordDeploymentEvent } from '../model/record-deployment-event.js'

interface Stopped {
  readonly kind: 'stopped'
  readonly deployment: DeploymentRow
}

export type StopDeploymentOutcome = Stopped | Denied

/**
 * Stops a deployment: deallocates it from the limit and cancels commands that its agent has not fetched. Repeated calls
 * have no effect.
 */
export async function stopDeployment(
  context: CatalogContext,
  input: { deploymentHash: string; idempotencyKey: string },
): Promise<StopDeploymentOutcome> {
  const { id, accountId } = await requireDeployment(context, input.deploymentHash, 'deployments:manage')
  const reference = { __typename: 'Deployment', id }
  return runIdempotent<Stopped>(context.database, {
    scope: idempotencyScope(context.caller, accountId, 'stopDeployment', input.idempotencyKey),
    request: input,
    replay: async (transaction) => ({ kind: 'stopped', deployment: await lockDeployment(transaction, id, accountId) }),
    execute: async (transaction) => {
      await lockAccount(transaction, accountId)
      const before = await lockDeployment(transaction, id, accountId)
      if (before.status === 'STOPPED') return { value: { kind: 'stopped', deployment: before }, reference }
      // Under the deployment lock no command is added. A command that is being claimed is locked, waits for us, and is
      // delivered.
      const queued = await transaction.query
        .selectFrom('command')
        .selectAll()
        .where('deploymentId', '=', id)
        .where('accountId', '=', accountId)
        .where(IS_QUEUED)
        .orderBy('id')
        .forUpdate()
        .skipLocked()
        .execute()
      for (const command of queued)
        await transitionCommand(context, transaction, command, {
          to: 'CANCELLED',
          detail: 'the deployment was stopped',
        })
      return { value: { kind: 'stopped', deployment: await stop(context, transaction, before) }, reference }
    },
  })
}

async function stop(
  context: CatalogContext,
  transaction: Transaction,
  { id, accountId, hash, server }: DeploymentRow,
): Promise<DeploymentRow> {
  const now = context.clock.now()
  const event = {
    type: 'deployment.stopped',
    summary: 'The deployment was stopped.',
    subject: { __typename: 'Deployment', id },
    data: { deploymentHash: hash, projectId: id, by: context.caller.principal },
  } as const
  const stopped = await transaction.query
    .updateTable('deployment')
    .set({ status: 'STOPPED', stoppedAt: now })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .returningAll()
    .executeTakeFirstOrThrow()
  transaction.announce(queueTopic(id)) // held polls end
  await endAllocation(transaction, { accountId, feature: DEPLOYMENTS, resourceId: id, at: now })
  await freeServer(transaction, { id, accountId, server }, now)
  await recordDeploymentEvent(transaction, { id, accountId }, now, event)
  await recordAccountEvent(transaction, accountId, now, { ...event, changesEntitlements: true })
  await writeOutbox(transaction, {
    type: event.type,
    accountId,
    payload: event.data,
    at: now,
    requestId: context.requestId,
  })
  return stopped
}

const lockDeployment = ({ query }: Transaction, id: string, accountId: string): Promise<DeploymentRow> =>
  query
    .selectFrom('deployment')
    .selectAll()
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .forUpdate()
    .executeTakeFirstOrThrow()
