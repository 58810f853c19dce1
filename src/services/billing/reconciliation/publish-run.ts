import type { ReconciliationRunRow } from '#entities/billing/reconciliation-run.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'

/** Publishes the end of a run, and the differences that it found, to operators. */
export async function publishRun(
  transaction: Transaction,
  { id, provider, scope, error, healed, checked, subjectAccount }: ReconciliationRunRow,
  found: number,
): Promise<void> {
  const about = {
    accountId: subjectAccount,
    subject: { __typename: 'ReconciliationRun', id },
    data: { provider, scope, checkedCount: checked, foundCount: found, healedCount: healed, error },
  }
  if (error === null)
    await recordOperatorEvent(transaction, {
      ...about,
      type: 'reconciliation.completed',
      summary: `A reconciliation with ${provider} was completed.`,
    })
  else
    await recordOperatorEvent(transaction, {
      ...about,
      type: 'reconciliation.failed',
      summary: `A reconciliation with ${provider} failed: ${error}`,
    })
  if (found > 0)
    await recordOperatorEvent(transaction, {
      ...about,
      type: 'drift.found',
      summary: `A reconciliation with ${provider} found ${found} differences and corrected ${healed}.`,
    })
}
