import type { DeploymentRow } from '../../../entities/deployments/deployment.entity.js'
import { refused, type Refused } from '../../kernel/denials/denial.js'
import { writeOutbox } from '../../kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '../../identity/accounts/raise-version.js'
import type { CatalogContext } from '../../catalog/catalog-context.js'
import { deallocate } from '../../entitlements/allocations/allocate.js'
import { DEPLOYMENTS } from '../../entitlements/plans/account-plan.js'
import { requireDeployment } from '../queries/deployment-queries.js'
import { recordDeploymentEvent } from '../raise-sequence.js'

export type StopDeploymentOutcome =
  | { readonly kind: 'stopped'; readonly deployment: DeploymentRow }
  | { readonly kind: 'denied'; readonly denial: Refused }

/** Gives a deployment up: its place in the limit is free again. Stopping a stopped one changes nothing. */
export async function stopDeployment(context: CatalogContext, hash: string): Promise<StopDeploymentOutcome> {
  const found = await requireDeployment(context, hash, 'deployments:manage')
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, found.accountId)
    const before = await transaction.row<DeploymentRow>(`select * from deployment where id = $1 for update`, [found.id])
    if (before!.status === 'STOPPED') return { kind: 'stopped', deployment: before! }
    if (before!.status === 'FAILED')
      return { kind: 'denied', denial: refused('INVALID_TRANSITION', 'A failed deployment cannot be stopped.') }
    const deployment = await transaction.row<DeploymentRow>(
      `update deployment set status = 'STOPPED' where id = $1 returning *`,
      [found.id],
    )
    const now = context.clock.now()
    const event = {
      type: 'deployment.stopped',
      summary: 'The deployment was stopped.',
      subject: { __typename: 'Deployment', id: found.id },
    }
    await deallocate(transaction, { accountId: found.accountId, feature: DEPLOYMENTS, resourceId: found.id, at: now })
    await recordDeploymentEvent(transaction, found, now, event)
    await recordAccountEvent(transaction, found.accountId, now, { ...event, changesRights: true, data: { hash } })
    await writeOutbox(transaction, {
      type: event.type,
      accountId: found.accountId,
      payload: { deploymentHash: hash },
      at: now,
      requestId: context.requestId,
    })
    return { kind: 'stopped', deployment: deployment! }
  })
}
