import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { Buyer } from './buyer.js'
import { entitlementService } from './entitlements.js'
import { MarketplaceClient, publishTemplate } from './marketplace-client.js'
import { accountIdOf } from './accounts.js'
import { offerPlan } from './negotiated-plans.js'
import { change, subscribe } from './subscribers.js'
import { eventually, type TestServer } from './test-server.js'
import { Spender } from './top-ups.js'
import { sellTemplate } from './vendor-earnings.js'

interface CatalogFile {
  readonly packages: Record<string, { grants: Record<string, unknown> }>
}

/** Path of the catalog `ai-platform` with an add-on, and with a pack that has a feature without a number. */
export function worldCatalog(): string {
  const catalog = parse(readFileSync('catalogs/ai-platform.yaml', 'utf8')) as CatalogFile
  catalog.packages['credits_10k']!.grants['batch_mode'] = true
  Object.assign(catalog.packages, {
    more_keys: { name: 'More keys', type: 'addon', price: 3, grants: { api_keys: 5 } },
  })
  const path = join(mkdtempSync(join(tmpdir(), 'stackgate-catalog-')), 'catalog.yaml')
  writeFileSync(path, stringify(catalog))
  return path
}

/** Makes rows of each kind of money and entitlement, through the interfaces of buyers, services, vendors and operators. */
export async function buyEverything(server: TestServer, operator: string): Promise<void> {
  const service = await entitlementService(server)
  await useOverage(server, service)
  const spender = await Spender.subscribed(server, service.key)
  await spender.set()
  await spender.use(43_000)
  await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
  await changeSubscriptions(server, operator)
  await returnPacks(server, operator, service)
  await payVendor(server, operator)
}

/** A change at the end of the period, which is still to be made. */
export async function scheduleChange(server: TestServer): Promise<void> {
  const waiting = await subscribe(server, 'waiting@example.com', { plan: 'scale' })
  await change(server, waiting, 'changePlan', { plan: 'pro' })
}

/** A subscription in its running period, of whose first payment a part was returned, and of whose upgrade the whole, which undid it. */
export async function returnUpgrade(server: TestServer, operator: string): Promise<void> {
  const returned = await subscribe(server, 'returned@example.com', { plan: 'pro' })
  await change(server, returned, 'changePlan', { plan: 'scale' })
  const [upgrade] = await eventually(
    () =>
      server.query<{ id: string; amount: number }>(
        `select id, amount_minor::int as amount from purchase where account_id = $1 and step is not null`,
        [returned.accountId],
      ),
    (rows) => rows.length === 1,
  )
  await refund(server, operator, upgrade!.id, upgrade!.amount)
  await eventually(
    () => server.query(`select id from purchase where id = $1 and reverted`, [upgrade!.id]),
    (rows) => rows.length === 1,
  )
  const [kept] = await server.query<{ id: string }>(`select id from purchase where account_id = $1 and step is null`, [
    returned.accountId,
  ])
  await refund(server, operator, kept!.id, 1)
}

type Service = Awaited<ReturnType<typeof entitlementService>>

async function useOverage(server: TestServer, service: Service): Promise<void> {
  const overage = await Buyer.named(server, 'overage@example.com')
  await overage.buy('startSubscription', { plan: 'scale' })
  const accountId = await accountIdOf(server, overage.token)
  for (const amount of [600_000, 51_250]) await service.consume({ accountId, feature: 'ai_credits', amount })
}

/** A downgrade with credit, an upgrade, a scheduled change, an add-on and a negotiated plan. */
async function changeSubscriptions(server: TestServer, operator: string): Promise<void> {
  const credited = await subscribe(server, 'credited@example.com', { plan: 'scale' })
  await change(server, credited, 'changePlan', { plan: 'pro', at: 'NOW' })
  const scheduled = await subscribe(server, 'scheduled@example.com', { plan: 'scale' })
  await change(server, scheduled, 'changePlan', { plan: 'pro' })
  const upgraded = await subscribe(server, 'upgraded@example.com', { plan: 'pro' })
  await change(server, upgraded, 'addAddon', { package: 'more_keys', quantity: 2 })
  await change(server, upgraded, 'changePlan', { plan: 'scale' })
  const negotiator = await server.token('negotiated@example.com')
  const accountId = await accountIdOf(server, negotiator)
  const offer = await offerPlan(server, operator, {
    accountId,
    plan: 'scale',
    price: { amountMinor: 15_000, currency: 'USD' },
  })
  await subscribe(server, 'negotiated@example.com', { plan: 'scale', negotiatedPlanId: offer.id })
}

/** A part and the whole of a purchase back, the latter after its use, and a dispute. */
async function returnPacks(server: TestServer, operator: string, service: Service): Promise<void> {
  const packs = await Buyer.named(server, 'packs@example.com')
  for (const quantity of [1, 2]) await packs.buy('purchasePackage', { package: 'credits_10k', quantity })
  const [first, second] = (await packs.account()).purchases.nodes
  await refund(server, operator, first!.id, 100)
  await packs.dispute(second!.id, 'needs_response')
  const debtor = await Buyer.named(server, 'debtor@example.com')
  await debtor.buy('purchasePackage', { package: 'credits_10k' })
  const accountId = await accountIdOf(server, debtor.token)
  await service.consume({ accountId, feature: 'ai_credits', amount: 8_000 })
  await refund(server, operator, (await debtor.account()).purchases.nodes[0]!.id, 500)
}

async function refund(server: TestServer, operator: string, purchaseId: string, amountMinor: number): Promise<void> {
  const { errors } = await server.graphql(
    `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) { denial { code } } }`,
    { id: purchaseId, amount: { amountMinor, currency: 'USD' }, reason: 'asked', key: randomUUID() },
    operator,
  )
  if (errors) throw new Error(JSON.stringify(errors))
}

/** A template that is sold once, one by the month, a manual payout and one by the provider. */
async function payVendor(server: TestServer, operator: string): Promise<void> {
  const admin = new MarketplaceClient(server, operator)
  const { vendor, vendorId } = await sellTemplate(server, admin)
  await payOut(server, operator, { vendorId, method: 'MANUAL', reference: 'SEPA 1' })
  const { id } = await publishTemplate(vendor, admin, { name: 'Monthly Stack' })
  await vendor.price(id, 1_000, 'MONTH')
  await (await Buyer.named(server, 'monthly@example.com')).buy('purchaseTemplate', { templateId: id })
  await eventually(
    () => server.query(`select id from earnings_entry where kind = 'SALE'`),
    (rows) => rows.length === 2,
  )
  const response = await fetch(`${server.sandbox.url}/v1/accounts`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_sandbox_server' },
    body: new URLSearchParams({ type: 'custom', 'capabilities[transfers][requested]': 'true' }),
  })
  const { id: payoutAccountId } = (await response.json()) as { id: string }
  const { errors } = await server.graphql(
    `mutation ($id: ID!, $key: String!, $payoutAccountId: String) { setVendorPayoutAccount(id: $id, key: $key, payoutAccountId: $payoutAccountId) { denial { code } } }`,
    { id: vendorId, payoutAccountId, key: randomUUID() },
    operator,
  )
  if (errors) throw new Error(JSON.stringify(errors))
  await payOut(server, operator, { vendorId, method: 'PROVIDER' })
}

async function payOut(server: TestServer, operator: string, input: object): Promise<void> {
  const { data, errors } = await server.graphql<{ payOutVendor: { status: string } }>(
    `mutation ($input: PayOutVendorInput!, $key: String!) { payOutVendor(input: $input, key: $key) { vendorPayout { __typename status } } }`,
    { key: randomUUID(), input: { currency: 'USD', reason: 'The month is over.', ...input } },
    operator,
  )
  if (data?.payOutVendor.status !== 'PAID') throw new Error(JSON.stringify({ data, errors }))
}

/** Terms of an account that pays by invoice, and the journal of a month, closed. */
export async function agreeAndClose(server: TestServer, operator: string, month: string): Promise<void> {
  const accountId = await accountIdOf(server, await server.token('terms@example.com'))
  const { errors } = await server.graphql(
    `mutation ($accountId: ID!, $month: String!) {
      setChargingTerms(input: { accountId: $accountId, daysUntilDue: 14, reason: "asked" }) { account { id } }
      closeJournal(month: $month) { denial { code } }
    }`,
    { accountId, month },
    operator,
  )
  if (errors) throw new Error(JSON.stringify(errors))
}
