import type { UnusedTimeOfChange } from '#entities/billing/subscription-change.entity.js'
import type { BillingContext } from './billing-context.js'
import type { PreviewLine } from '../providers/subscription-port.js'
import type { SubscriptionState } from './load-subscription-state.js'
import { unusedCredit } from './book-unused-credit.js'
import type { ChangeTerms } from './given-up-lines.js'
import { loadUnusedTime } from './load-unused-time.js'

/** Credit of an immediate change, with one line per forfeited part of the subscription. */
export interface UnusedCreditPreview {
  readonly unusedTime: UnusedTimeOfChange | null
  readonly creditMinor: number
  readonly lines: readonly PreviewLine[]
}

/** The same input and the same decision as the change itself, without writing anything. */
export async function previewUnusedCredit(
  { database, catalog }: Pick<BillingContext, 'database' | 'catalog'>,
  state: SubscriptionState,
  change: ChangeTerms,
  now: Date,
): Promise<UnusedCreditPreview> {
  const unusedTime = await loadUnusedTime(database, catalog.current(), state, change, now)
  if (!unusedTime) return { unusedTime, creditMinor: 0, lines: [] }
  const { creditMinor, parts } = await unusedCredit(database, state.subscription, unusedTime, now)
  return { unusedTime, creditMinor, lines: previewLines(unusedTime, parts, now) }
}

function previewLines({ currency, lines }: UnusedTimeOfChange, parts: readonly number[], now: Date): PreviewLine[] {
  return lines.flatMap((line, index) => {
    const amountMinor = parts[index]!
    if (amountMinor === 0) return []
    return [
      {
        description: `Unused time on ${line.description}`,
        amount: { amountMinor: 0 - amountMinor, currency },
        quantity: line.quantity,
        unitPrice: null,
        kind: 'PRORATION',
        periodStart: now,
        discount: null,
        periodEnd: new Date(line.periodEnd),
      },
    ]
  })
}
