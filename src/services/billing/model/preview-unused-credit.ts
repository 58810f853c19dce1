import type { UnusedTimeOfChange } from '#entities/billing/subscription-change.entity.js'
import type { BillingContext } from './billing-context.js'
import type { PreviewLine } from '../providers/subscription-port.js'
import type { SubscriptionState } from './load-subscription-state.js'
import { unusedCredit } from './book-unused-credit.js'
import { creditOfLine } from './decide-unused-credit.js'
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
  const { creditMinor } = await unusedCredit(database, state.subscription, unusedTime, now)
  return { unusedTime, creditMinor, lines: previewLines(unusedTime, creditMinor, now) }
}

/** The lines add up to the credit: the last ones are cut where less money is left than the lines come to. */
function previewLines({ currency, lines }: UnusedTimeOfChange, creditMinor: number, now: Date): PreviewLine[] {
  let left = creditMinor
  return lines.flatMap((line) => {
    const amountMinor = Math.min(left, creditOfLine(line, now))
    left -= amountMinor
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
