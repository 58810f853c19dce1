import type { ListedCharge, MissingPermission, MoneyListing } from '../money-listing-port.js'
import type { ProviderPeriod } from '../listing-port.js'
import { isSubscriptionId } from './paypal-checkouts.js'
import type { PayPalClient } from './paypal-client.js'
import { listDisputes, mayListDisputes } from './paypal-disputes.js'
import { orNull, PayPalNotPermitted, type CallPayPal } from './paypal-errors.js'
import { fromPayPalMoney } from './paypal-money.js'
import { searchTransactions } from './paypal-transactions.js'
import {
  PAYMENT_CODES,
  readBalanceTransaction,
  readPaymentTransaction,
  readReturnTransaction,
  RETURN_CODES,
} from './read-transactions.js'

/** Statuses of a transaction whose money arrived, including money that was refunded later. */
const RECEIVED: readonly string[] = ['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED']

const HOUR_MS = 3_600_000
/** PayPal lists a transaction at most three hours after it was made. */
const DELAY_MS = 3 * HOUR_MS
/** PayPal lists the transactions of three years. */
const REACH_MS = 3 * 365 * 24 * HOUR_MS

const NO_SEARCH: MissingPermission = {
  name: 'Transaction Search',
  consequence:
    'payments of subscriptions are still compared; one-time payments are compared by their checkouts, refunds and reversals by events only',
}
const NO_DISPUTES: MissingPermission = { name: 'Disputes', consequence: 'disputes are compared by events only' }

/** Money that moved at PayPal: by the transaction search, and without its permission by subscription. */
export function payPalMoney(client: PayPalClient, call: CallPayPal): MoneyListing {
  return {
    moneyWindow: async ({ since, until }, now) => {
      const disputes = (await mayListDisputes(client, call)) ? [] : [NO_DISPUTES]
      if (await maySearch(client, call, now)) return { ...listedRange({ since, until }, now), now, missing: disputes }
      return { since, until, now, missing: [NO_SEARCH, ...disputes] }
    },
    async *listCharges(window, ours) {
      if (isMissing(window.missing, NO_SEARCH)) {
        yield* chargesOfSubscriptions(client, call, window, ours)
        return
      }
      for (const code of PAYMENT_CODES)
        for await (const found of searchTransactions(client, call, window, code)) {
          const charge = readPaymentTransaction(found)
          if (charge) yield charge
        }
    },
    async *listInvoices() {},
    async *listCreditedInvoices() {},
    async *listCustomers() {},
    async *listRefunds(window) {
      if (isMissing(window.missing, NO_SEARCH)) return
      for (const code of RETURN_CODES)
        for await (const found of searchTransactions(client, call, window, code)) {
          const refund = readReturnTransaction(found)
          if (refund) yield refund
        }
    },
    async *listDisputes(window) {
      if (!isMissing(window.missing, NO_DISPUTES)) yield* listDisputes(client, call, window)
    },
    async *listTransfers() {},
    async *listBalance({ since, until }, now) {
      const { since: first, until: last } = listedRange({ since, until }, now)
      if (first > last) return
      if (!(await maySearch(client, call, now))) return
      for await (const found of searchTransactions(client, call, { since: first, until: last }, null)) {
        const booking = readBalanceTransaction(found)
        if (booking) yield booking
      }
    },
  }
}

/** The part of a period that the search can list completely. */
const listedRange = ({ since, until }: ProviderPeriod, now: Date): ProviderPeriod => ({
  since: new Date(Math.max(since.getTime(), now.getTime() - REACH_MS)),
  until: new Date(Math.min(until.getTime(), now.getTime() - DELAY_MS)),
})

const isMissing = (missing: readonly MissingPermission[], { name }: MissingPermission): boolean =>
  missing.some((one) => one.name === name)

/** Searches one second. The only way to know whether the app has the permission is to use it. */
async function maySearch(client: PayPalClient, call: CallPayPal, now: Date): Promise<boolean> {
  const moment = new Date(now.getTime() - 24 * HOUR_MS)
  const search = searchTransactions(client, call, { since: moment, until: moment }, RETURN_CODES[0])
  try {
    await search[Symbol.asyncIterator]().next()
    return true
  } catch (error) {
    if (error instanceof PayPalNotPermitted) return false
    throw error
  }
}

async function* chargesOfSubscriptions(
  client: PayPalClient,
  call: CallPayPal,
  { since, until }: ProviderPeriod,
  ours: AsyncIterable<string>,
): AsyncIterable<ListedCharge> {
  for await (const id of ours) {
    if (!isSubscriptionId(id)) continue
    const found = await orNull(
      call('subscriptions.transactions', async () => {
        const startTime = since.toISOString()
        const answer = await (
          await client.subscriptions()
        ).listSubscriptionTransactions({
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
}
