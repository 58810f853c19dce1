import type { MoneyListing } from '../money-listing-port.js'
import { isSubscriptionId } from './paypal-checkouts.js'
import type { PayPalClient } from './paypal-client.js'
import { orNull, type CallPayPal } from './paypal-errors.js'
import { fromPayPalMoney } from './paypal-money.js'

/** Statuses of a transaction whose money arrived, whatever became of it afterwards. */
const RECEIVED: readonly string[] = ['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED']

/** Money that moved at PayPal: it lists payments by subscription alone. What was paid once is compared with its checkout. */
export function payPalMoney(client: PayPalClient, call: CallPayPal): MoneyListing {
  return {
    async *listCharges({ since, until }, ours) {
      for await (const id of ours) {
        if (!isSubscriptionId(id)) continue
        const found = await orNull(
          call('subscriptions.transactions', async () => {
            const startTime = since.toISOString()
            const answer = await client.subscriptions.listSubscriptionTransactions({
              id,
              startTime,
              endTime: until.toISOString(),
            })
            return answer.result
          }),
        )
        for (const { id: paymentId, status, amountWithBreakdown } of found?.transactions ?? []) {
          const gross = amountWithBreakdown?.grossAmount
          if (paymentId && gross && RECEIVED.includes(String(status)))
            yield { paymentId, customerId: null, money: fromPayPalMoney(gross) }
        }
      }
    },
    async *listPaidInvoices() {},
    async *listRefunds() {},
    async *listDisputes() {},
    async *listTransfers() {},
  }
}
