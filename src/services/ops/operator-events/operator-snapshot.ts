import type { DeadLetterCount } from '../dead-letters/dead-letter-counts.js'
import { deadLetterCounts } from '../dead-letters/dead-letter-counts.js'
import type { OpsContext } from '../ops-context.js'
import { webhookEventCounts } from '../webhooks/webhook-event-counts.js'

/** Counts of the work that waits for operators. */
export interface OperatorState {
  readonly deadLetterCounts: readonly DeadLetterCount[]
  readonly webhookEventCounts: Awaited<ReturnType<typeof webhookEventCounts>>
  readonly quarantinedCheckoutCount: number
  readonly openOutageCount: number
}

/** Reads the counts. Operators only. */
export async function operatorSnapshot(context: OpsContext): Promise<OperatorState> {
  const { query } = context.database
  const [dead, received, checkouts, outages] = await Promise.all([
    deadLetterCounts(context),
    webhookEventCounts(context, {}),
    query
      .selectFrom('checkout')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('status', '=', 'QUARANTINED')
      .where('resolution', 'is', null)
      .executeTakeFirstOrThrow(),
    query
      .selectFrom('agent_outage')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('endedAt', 'is', null)
      .where('alertedAt', 'is not', null)
      .executeTakeFirstOrThrow(),
  ])
  return {
    deadLetterCounts: dead,
    webhookEventCounts: received,
    quarantinedCheckoutCount: checkouts.count,
    openOutageCount: outages.count,
  }
}
