import type { ListedDispute, MoneyWindow } from '../money-listing-port.js'
import type { PayPalClient } from './paypal-client.js'
import { PayPalNotPermitted, type CallPayPal } from './paypal-errors.js'
import { fromPayPalMoney } from './paypal-money.js'
import { readDispute, type PayPalDispute } from './read-payments.js'

const PATH = '/v1/customer/disputes'
const PAGE_SIZE = '50'
/** PayPal filters by moments of the last 180 days. A day less leaves room for the time of the call. */
const REACH_MS = 179 * 86_400_000

interface DisputePage {
  readonly items?: readonly { readonly dispute_id: string }[]
  readonly links?: readonly { readonly rel: string; readonly href: string }[]
}

interface WholeDispute extends PayPalDispute {
  readonly disputed_transactions?: readonly { readonly seller_transaction_id?: string }[]
}

/** Returns true if the app may read disputes. PayPal does not list permissions, so this reads a dispute to find out. */
export async function mayListDisputes(client: PayPalClient, call: CallPayPal): Promise<boolean> {
  try {
    await fetchPage(client, call, { page_size: '1' })
    return true
  } catch (error) {
    if (error instanceof PayPalNotPermitted) return false
    throw error
  }
}

/** Disputes that changed in a period: opened, moved on or resolved. The list does not say how they ended, so each is read. */
export async function* listDisputes(
  client: PayPalClient,
  call: CallPayPal,
  { since, until, now }: MoneyWindow,
): AsyncIterable<ListedDispute> {
  const first = new Date(Math.max(since.getTime(), now.getTime() - REACH_MS))
  if (first > until) return
  let query: Record<string, string> | null = {
    page_size: PAGE_SIZE,
    update_time_after: first.toISOString(),
    update_time_before: until.toISOString(),
  }
  while (query) {
    const page: DisputePage = await fetchPage(client, call, query)
    for (const { dispute_id: id } of page.items ?? [])
      yield listedDispute(await call('disputes.get', () => client.request<WholeDispute>('GET', `${PATH}/${id}`)))
    query = nextOf(page)
  }
}

const fetchPage = (client: PayPalClient, call: CallPayPal, query: Record<string, string>): Promise<DisputePage> =>
  call('disputes.list', () => client.request<DisputePage>('GET', PATH, { query }))

function listedDispute(dispute: WholeDispute): ListedDispute {
  const { externalId, amountMinor, status } = readDispute(dispute)
  const { currency } = fromPayPalMoney({
    value: dispute.dispute_amount.value,
    currencyCode: dispute.dispute_amount.currency_code,
  })
  const paymentId = dispute.disputed_transactions?.[0]?.seller_transaction_id ?? null
  return { externalId, paymentId, money: { amountMinor, currency }, status }
}

/** The query of the next page; its address is never followed. */
function nextOf({ items = [], links = [] }: DisputePage): Record<string, string> | null {
  const href = links.find(({ rel }) => rel === 'next')?.href
  if (!href || items.length === 0 || !URL.canParse(href)) return null
  return Object.fromEntries(new URL(href).searchParams)
}
