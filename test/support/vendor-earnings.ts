import { Buyer } from './buyer.js'
import { MarketplaceClient, publishTemplate } from './marketplace-client.js'
import { eventually, type TestServer } from './test-server.js'

export interface Amount {
  amountMinor: number
  currency: string
}
export interface Earnings {
  vendor: { id: string; name: string; verified: boolean }
  gross: Amount[]
  share: Amount[]
  clawedBack: Amount[]
  paidOut: Amount[]
  payable: Amount[]
  entries: {
    nodes: {
      kind: string
      money: Amount
      gross: Amount | null
      template: { name: string } | null
      sharePercent: number | null
    }[]
  }
}

const METRICS = {
  gross: 'EARNINGS_GROSS',
  share: 'EARNINGS_SHARE',
  clawedBack: 'EARNINGS_CLAWED_BACK',
  paidOut: 'EARNINGS_PAID_OUT',
  payable: 'EARNINGS_PAYABLE',
} as const

const EARNINGS = `query ($from: DateTime, $to: DateTime) { viewer { vendor { id name verified
  metrics(metrics: [${Object.values(METRICS).join(' ')}], interval: RANGE, from: $from, to: $to) { nodes { metric total { money { amountMinor currency } } } } } } }`

const ENTRIES = `query ($from: DateTime, $to: DateTime) { viewer { vendor {
  earningsEntries(from: $from, to: $to) { nodes { kind money { amountMinor currency } gross { amountMinor currency } template { name } sharePercent } } } } }`

interface OfVendor<Fields> {
  viewer: { vendor: Fields }
}
type Figures = Earnings['vendor'] & { metrics: { nodes: { metric: string; total: { money: Amount } }[] } }

/** The earnings of the caller's vendor: the sums, and then the entries, which are not older. */
export async function readEarnings(
  server: TestServer,
  token: string | null,
  variables: object = {},
): Promise<Earnings> {
  const { data } = await server.graphql<OfVendor<Figures>>(EARNINGS, { ...variables }, token)
  const { metrics, ...vendor } = data.viewer.vendor
  const read = await server.graphql<OfVendor<{ earningsEntries: Earnings['entries'] }>>(
    ENTRIES,
    { ...variables },
    token,
  )
  const entries = read.data.viewer.vendor.earningsEntries
  const amounts = Object.entries(METRICS).map(([name, metric]) => [
    name,
    metrics.nodes.filter((series) => series.metric === metric).map(({ total }) => total.money),
  ])
  return { vendor, entries, ...(Object.fromEntries(amounts) as Record<keyof typeof METRICS, Amount[]>) }
}

export const amountsOf = (amounts: Amount[]): string[] =>
  amounts.map(({ amountMinor, currency }) => `${amountMinor} ${currency}`)

/** A vendor whose template a buyer bought for 99.99 USD; the share of 79.99 USD is payable. */
export async function sellTemplate(
  server: TestServer,
  admin: MarketplaceClient,
): Promise<{ vendor: MarketplaceClient; vendorId: string }> {
  const vendor = new MarketplaceClient(server, await server.token('vera@example.com', { roles: ['vendor'] }))
  const { id } = await publishTemplate(vendor, admin, { name: 'Sold Stack' })
  await vendor.price(id, 9999)
  await (await Buyer.named(server, 'ann@example.com')).buy('purchaseTemplate', { templateId: id })
  const sold = await eventually(
    () => readEarnings(server, vendor.token),
    ({ share }) => share.length > 0,
    20_000,
  )
  return { vendor, vendorId: sold.vendor.id }
}
