import { StartSubscription } from '@stackgate/client/documents'
import type { BillingInterval } from '@stackgate/client'
import { useAction } from '../../session/use-action.js'
import { returnUrls } from '../../ui/return-urls.js'

interface Order {
  readonly plan: string
  readonly interval: string
  readonly quantity?: number
  /** Null: the currency of the account or of the catalog. */
  readonly currency?: string | null
  /** The offer that is accepted. Its terms apply. */
  readonly negotiatedPlanId?: string
  /** Empty: none. */
  readonly promotionCode?: string
}

/** Begins a subscription and leaves for the page of the payment provider. */
export function useStartSubscription(account: string) {
  const action = useAction(StartSubscription, (result) => {
    if (result.__typename === 'Checkout' && result.url) location.assign(result.url)
  })
  return {
    ...action,
    run: ({ plan, interval, quantity = 1, currency = null, negotiatedPlanId, promotionCode = '' }: Order) =>
      action.run({
        plan,
        interval: interval as BillingInterval,
        quantity,
        ...(currency === null ? {} : { currency }),
        ...(negotiatedPlanId === undefined ? {} : { negotiatedPlanId }),
        ...(promotionCode === '' ? {} : { promotionCode }),
        accountId: account,
        ...returnUrls(),
      }),
  }
}
