import type { TemplateOwnershipRow } from '#entities/marketplace/template-ownership.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { FulfillmentResult } from '#services/billing/purchases/fulfillment.js'
import { decideOwnership, type DesiredOwnership } from './decide-ownership.js'
import { ownershipOfCause, ownsTemplate } from './ownership-queries.js'

/** Kind of the scheduled job that expires an ownership; its key is the ownership ID. */
export const OWNERSHIP_EXPIRE = 'ownership.expire'

/** A right to a template and what gives it. */
export interface OwnershipCause {
  readonly accountId: string
  readonly templateId: string
  readonly sourceType: TemplateOwnershipRow['sourceType']
  readonly sourceId: string
  readonly since: Date
}

/** Applies the required state to an ownership. The caller holds the account lock and writes the event. */
export async function applyOwnership(
  transaction: Transaction,
  cause: OwnershipCause,
  wanted: DesiredOwnership,
  now: Date,
): Promise<FulfillmentResult> {
  const current = await ownershipOfCause(transaction, cause)
  const otherwise = !current && (await ownsTemplate(transaction, cause.accountId, cause.templateId, now))
  const decision = decideOwnership(current, wanted, otherwise)
  if (decision === 'duplicate') return 'duplicate'
  if (decision === 'keep') return 'unchanged'
  const id = current?.id ?? transaction.newId('own')
  const state = { expiresAt: wanted.expiresAt, suspended: wanted.suspended, endedAt: wanted.held ? null : now }
  await transaction.query
    .insertInto('template_ownership')
    .values({
      id,
      accountId: cause.accountId,
      templateId: cause.templateId,
      sourceType: cause.sourceType,
      sourceId: cause.sourceId,
      since: cause.since,
      ...state,
    })
    .onConflict((conflict) => conflict.columns(['id', 'accountId']).doUpdateSet(state))
    .execute()
  if (wanted.held && wanted.expiresAt)
    await scheduleJob(transaction, {
      kind: OWNERSHIP_EXPIRE,
      key: id,
      accountId: cause.accountId,
      runAt: wanted.expiresAt,
    })
  else await cancelJob(transaction, OWNERSHIP_EXPIRE, id)
  return 'changed'
}
