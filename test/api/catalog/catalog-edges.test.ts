import { AuditLog } from '@stackgate/client/documents'
import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Product {
  readonly id: string
  readonly plan: { readonly id: string } | null
  readonly package: { readonly id: string } | null
}

interface Plan {
  readonly id: string
  readonly code: string
  readonly prices: { readonly product: Product | null }[]
  readonly product: Product | null
  readonly packages: { readonly plan: { readonly id: string } | null; readonly product: Product | null }[]
  readonly features: { readonly feature: { readonly plans: { readonly id: string }[] } }[]
}

const PRODUCT = `product { id plan { id } package { id } }`

describe('edges of the catalog', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('lead from plans, prices, packages and features to each other and back', async () => {
    const { data } = await server.graphql<{ plans: Plan[]; packages: { id: string; product: Product | null }[] }>(
      `{ plans { id code prices { ${PRODUCT} } ${PRODUCT} packages { plan { id } ${PRODUCT} } features { feature { plans { id } } } }
         packages(type: ADDON) { id ${PRODUCT} } }`,
    )
    const paid = data.plans.filter(({ prices }) => prices.length > 0)
    expect(paid.length).toBeGreaterThan(1)
    for (const { id, product, prices, packages, features } of paid) {
      expect(product?.plan).toEqual({ id })
      expect(prices.map((price) => price.product)).toEqual(prices.map(() => product))
      expect(packages.length).toBeGreaterThan(0)
      expect(packages.map((sold) => [sold.plan, sold.product])).toEqual(packages.map(() => [{ id }, product]))
      for (const { feature } of features) expect(feature.plans).toContainEqual({ id })
    }
    for (const addon of data.packages) expect(addon.product?.package).toEqual({ id: addon.id })
  })

  it('lead from an account to its vendor, which every caller may see', async () => {
    const token = await server.token('vera@example.com', { roles: ['vendor'] })
    const vendorOf = async () =>
      (
        await server.graphql<{ account: { id: string; vendor: { id: string; name: string } | null } }>(
          '{ account { id vendor { id name } } }',
          {},
          token,
        )
      ).data.account.vendor
    expect(await vendorOf()).toBeNull()
    await new MarketplaceClient(server, token).create()
    expect(await vendorOf()).toMatchObject({ name: 'vera' })
  })

  it('lead from an entry of the audit log and an endpoint to the account', async () => {
    const token = await server.token('ann@example.com')
    const { data: created } = await server.graphql<{
      createWebhookEndpoint: { account: { id: string } }
    }>(
      `mutation {
        createWebhookEndpoint(input: { url: "https://hooks.example.com/a", types: ["webhook.test"] }, key: "a") { webhookEndpoint { account { id } } }
      }`,
      {},
      token,
    )
    const { id } = created.createWebhookEndpoint.account
    const operator = await server.token('operator@example.com', { roles: ['admin'] })
    const { data } = await server.graphql(AuditLog, { filter: { account: id } }, operator)
    expect(data.auditLog!.nodes.length).toBeGreaterThan(0)
    expect(data.auditLog!.nodes.map(({ account }) => account)).toMatchObject(data.auditLog!.nodes.map(() => ({ id })))
  })
})
