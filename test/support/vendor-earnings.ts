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
      templateName: string | null
      shareBasisPoints: number | null
    }[]
  }
}

export const EARNINGS = `query ($id: ID, $from: DateTime, $to: DateTime) { vendorEarnings(vendorId: $id, from: $from, to: $to) {
  vendor { id name verified } gross { amountMinor currency } share { amountMinor currency } clawedBack { amountMinor currency }
  paidOut { amountMinor currency } payable { amountMinor currency }
  entries { nodes { kind money { amountMinor currency } gross { amountMinor currency } templateName shareBasisPoints } } } }`

/** The earnings of the caller's vendor. */
export async function readEarnings(
  server: TestServer,
  token: string | null,
  variables: object = {},
): Promise<Earnings> {
  const { data } = await server.graphql<{ vendorEarnings: Earnings }>(EARNINGS, { ...variables }, token)
  return data.vendorEarnings
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
