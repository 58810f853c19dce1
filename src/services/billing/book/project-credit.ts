import type { CreditAdjustmentRow } from '#entities/billing/credit-adjustment.entity.js'
import type { NewEvent } from '#services/kernel/events/append-events.js'
import { moneyText } from '#services/kernel/text/readable.js'
import type { FetchedCreditChange } from '../providers/balance-port.js'
import type { ProviderName } from '../providers/provider-name.js'
import { listedOnce, type Change } from './change.js'

/** Recorded changes of the credit of a customer. */
interface OurCredit {
  readonly provider: ProviderName
  readonly causes: ReadonlySet<string>
  /** Time of the import of the customer, whose balance contains the changes until then. Null without one. */
  readonly adoptedAt: Date | null
}

/** Pure: records changes of a customer's credit that were made at the provider alone. */
export const projectCredit = (
  { provider, causes, adoptedAt }: OurCredit,
  theirs: readonly FetchedCreditChange[],
): Change[] =>
  listedOnce(theirs)
    .map((change) => ({ ...change, cause: `provider:${change.externalId}` }))
    .filter(({ cause, at }) => !causes.has(cause) && (adoptedAt === null || at > adoptedAt))
    .flatMap(({ externalId, cause, money, reason, at }): Change[] => {
      const change = { currency: money.currency, doneMinor: 0 - money.amountMinor, purchaseId: null }
      return [
        {
          insert: 'credit_adjustment',
          row: {
            ...change,
            provider,
            cause,
            amountMinor: change.doneMinor,
            reason: reason ?? 'Changed at the provider',
            status: 'DONE',
            createdAt: at,
          },
          effect: `credit change ${externalId} recorded`,
        },
        { event: creditChanged(change, 'at the provider') },
      ]
    })

/** Pure: event of a change of an account's credit. */
export function creditChanged(
  { currency, doneMinor, purchaseId }: Pick<CreditAdjustmentRow, 'currency' | 'doneMinor' | 'purchaseId'>,
  removedHow: string,
): NewEvent<'credit_balance.changed'> {
  const money = moneyText({ amountMinor: Math.abs(doneMinor), currency })
  return {
    type: 'credit_balance.changed',
    outbox: true,
    summary:
      doneMinor > 0 ? `Credit of ${money} was removed ${removedHow}.` : `Credit of ${money} was added to the balance.`,
    data: { amountMinor: 0 - doneMinor, currency, purchaseId },
  }
}
