import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'

type Attempted = Pick<SubscriptionChangeRow, 'id' | 'attempt'>

/**
 * The idempotency key of the present attempt. The provider repeats a stored error under the same key, so an attempt after a failed one
 * has another key.
 */
export const attemptKey = ({ id, attempt }: Attempted): string => (attempt === 0 ? id : `${id}:${attempt}`)

/** Notes that an attempt failed without a result: the next one has its own idempotency key. */
export async function countFailedAttempt(
  { database }: { database: Sql },
  { id, accountId, attempt }: Attempted & Pick<SubscriptionChangeRow, 'accountId'>,
): Promise<void> {
  await database.query
    .updateTable('subscription_change')
    .set({ attempt: attempt + 1 })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('attempt', '=', attempt)
    .execute()
}
