import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import { invalidRequest, notImplemented, PayPalError } from '../api/paypal-error.js'
import { route } from '../api/route.js'
import { payPalTime } from '../api/time.js'
import { PAYEE } from '../payments/payee.js'
import { requirePermission } from '../permissions.js'
import { paymentTransaction, returnTransaction, type ReportedTransaction } from './transaction.object.js'

const PATH = '/v1/reporting/transactions'
const PAGE_SIZE = 100
const DAY = 24 * 60 * 60 * 1000

/** A transaction is listed at most so long after it was made; here always. */
const DELAY = 3 * 60 * 60 * 1000
const MAX_RANGE = 31 * DAY
const REACH = 3 * 365 * DAY
const MAX_ITEMS = 10_000

const NOT_HERE = ['transaction_amount', 'payment_instrument_type', 'store_id', 'terminal_id'] as const

/** The search for transactions of the merchant's account. */
export const transactionRoutes = [
  route('GET', PATH, (world, { query }) => {
    requirePermission(world, 'transactionSearch')
    const { since, until } = readRange(world, query)
    const filter = NOT_HERE.find((name) => query[name] !== undefined)
    if (filter !== undefined) throw notImplemented(`The filter ${filter} of the transaction search`)
    const found = allTransactions(world)
      .filter(({ at }) => at >= since && at <= Math.min(until, world.clock.now - DELAY))
      .filter((one) => isWanted(one, query))
      .toSorted((left, right) => left.at - right.at)
    if (found.length > MAX_ITEMS)
      throw new PayPalError(
        400,
        'RESULTSET_TOO_LARGE',
        'Result set size is greater than the maximum limit. Change the filter criteria and try again.',
      )
    return { status: 200, body: pageOf(world, query, found) }
  }),
]

function allTransactions(world: SandboxState): ReportedTransaction[] {
  return [
    ...world.store.all('paypal.capture').map((capture) => paymentTransaction(world, capture)),
    ...world.store.all('paypal.refund').map((refund) => returnTransaction(world, refund)),
  ]
}

function isWanted(one: ReportedTransaction, query: Record<string, string>): boolean {
  const is = (name: string, value: string) => (query[name] ?? value) === value
  return (
    (one.isBalance || query['balance_affecting_records_only'] === 'N') &&
    is('transaction_id', one.id) &&
    is('transaction_type', one.code) &&
    is('transaction_status', one.status) &&
    is('transaction_currency', one.currency)
  )
}

function readRange(world: SandboxState, query: Record<string, string>): { since: number; until: number } {
  for (const field of ['start_date', 'end_date'])
    if (query[field] === undefined)
      throw invalidRequest([{ issue: 'MISSING_REQUIRED_PARAMETER', field, location: 'query' }])
  const [since, until] = [Date.parse(query['start_date']!), Date.parse(query['end_date']!)]
  const { now } = world.clock
  if (until < since) throw refused('End date is less than start date.')
  if (until - since > MAX_RANGE) throw refused('Date range is greater than 31 days')
  if (since < now - REACH || since > now - DELAY) throw refused('Data for the given start date is not available.')
  return { since, until }
}

const refused = (message: string): PayPalError => new PayPalError(400, 'INVALID_REQUEST', message)

function pageOf(world: SandboxState, query: Record<string, string>, found: readonly ReportedTransaction[]): object {
  const size = Number(query['page_size'] ?? PAGE_SIZE)
  const page = Number(query['page'] ?? 1)
  const last = Math.ceil(found.length / size)
  const link = (rel: string, number: number) => {
    const parameters = new URLSearchParams({ ...query, page_size: String(size), page: String(number) })
    return apiLink(world, rel, `${PATH}?${parameters.toString()}`)
  }
  const shown = found.slice((page - 1) * size, page * size)
  return {
    ...(shown.length === 0
      ? {}
      : { transaction_details: shown.map((transaction) => ({ transaction_info: transaction.shown })) }),
    account_number: PAYEE.merchant_id,
    start_date: payPalTime(Date.parse(query['start_date']!)),
    end_date: payPalTime(Math.min(Date.parse(query['end_date']!), world.clock.now - DELAY)),
    last_refreshed_datetime: payPalTime(world.clock.now - DELAY),
    page,
    total_items: found.length,
    total_pages: last,
    links: [
      link('self', page),
      ...(page > 1 ? [link('first', 1), link('prev', page - 1)] : []),
      ...(page < last ? [link('next', page + 1), link('last', last)] : []),
    ],
  }
}
