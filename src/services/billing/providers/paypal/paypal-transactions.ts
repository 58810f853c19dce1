import type { SearchResponse, TransactionInformation } from '@paypal/paypal-server-sdk'
import type { ProviderPeriod } from '../listing-port.js'
import type { PayPalClient } from './paypal-client.js'
import { PayPalRejected, type CallPayPal } from './paypal-errors.js'

const PAGE_SIZE = 500
const SECOND_MS = 1_000
/** The longest range of one search. */
const RANGE_MS = 31 * 86_400_000

/** A range finds at most 10,000 transactions. */
const isTooLarge = (error: unknown): boolean =>
  error instanceof PayPalRejected && error.message.startsWith('RESULTSET_TOO_LARGE')

/**
 * The transactions of one event code in a period, or all that changed the balance, by ranges and pages. None is listed twice: PayPal counts
 * whole seconds.
 */
export async function* searchTransactions(
  client: PayPalClient,
  call: CallPayPal,
  { since, until }: ProviderPeriod,
  code: string | null,
): AsyncIterable<TransactionInformation> {
  const end = wholeSecond(until)
  for (let start = wholeSecond(since); start <= end; start += RANGE_MS + SECOND_MS)
    yield* searchRange(start, Math.min(start + RANGE_MS, end))

  async function* searchRange(from: number, to: number): AsyncIterable<TransactionInformation> {
    let answer: SearchResponse
    try {
      answer = await searchPage(from, to, 1)
    } catch (error) {
      if (!isTooLarge(error) || to - from < SECOND_MS) throw error
      const middle = wholeSecond(new Date((from + to) / 2))
      yield* searchRange(from, middle)
      yield* searchRange(middle + SECOND_MS, to)
      return
    }
    yield* transactionsOf(answer)
    for (let page = 2; page <= (answer.totalPages ?? 1); page++) yield* transactionsOf(await searchPage(from, to, page))
  }

  async function searchPage(from: number, to: number, page: number): Promise<SearchResponse> {
    return call('transactions.search', async () => {
      const { result } = await (
        await client.transactions()
      ).searchTransactions({
        startDate: new Date(from).toISOString(),
        endDate: new Date(to).toISOString(),
        ...(code === null ? {} : { transactionType: code }),
        fields: 'transaction_info',
        pageSize: PAGE_SIZE,
        page,
      })
      return result
    })
  }
}

const wholeSecond = (moment: Date): number => Math.floor(moment.getTime() / SECOND_MS) * SECOND_MS

const transactionsOf = ({ transactionDetails = [] }: SearchResponse): TransactionInformation[] =>
  transactionDetails.flatMap(({ transactionInfo }) => transactionInfo ?? [])
