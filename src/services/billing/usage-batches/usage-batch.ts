import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import type { BillingContext } from '../model/billing-context.js'
import { findBatch, requireBatchAccess } from './batch-access.js'

/** A batch by its ID. Null if the caller cannot see it. */
export const usageBatch = (context: BillingContext, id: string): Promise<UsageBatchRow | null> =>
  findBatch(context.database, requireBatchAccess(context, 'ops:read'), id)
