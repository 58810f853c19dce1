import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { vendorFigures } from '#test/support/analytics.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { sellTemplate } from '#test/support/vendor-earnings.js'

describe('figures of templates', () => {
  let server: TestServer
  let admin: string
  let vendor: MarketplaceClient
  let vendorId: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    admin = await server.token('admin@example.com', { roles: ['admin'] })
    ;({ vendor, vendorId } = await sellTemplate(server, new MarketplaceClient(server, admin)))
  })
  afterAll(() => server.close())

  it('are sales and share of each template in the range', async () => {
    const metrics = ['TEMPLATE_SALES', 'EARNINGS_GROSS', 'EARNINGS_SHARE', 'EARNINGS_NET'] as const
    const read = async (token: string | null, range: object = {}) =>
      (await vendorFigures(server, token, { vendor: vendorId, metrics, groupBy: ['TEMPLATE'], ...range })).map(
        ({ currency, total }) => [currency, total],
      )
    const sold = [
      ['USD', 1],
      ['USD', '99.99'],
      ['USD', '79.99'],
      ['USD', '79.99'],
    ]
    expect(await read(vendor.token)).toEqual(sold)
    expect(await read(admin)).toEqual(sold)
    expect(await read(vendor.token, { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' })).toEqual([])
  })

  it('has the deployments of every template, oldest first', async () => {
    const id = await vendor.create()
    const installs = await vendorFigures(server, vendor.token, { vendor: vendorId, metrics: ['TEMPLATE_INSTALLS'] })
    expect(installs.map(({ total }) => total)).toEqual([0, 0])
    expect(installs[1]!.groups).toEqual({ TEMPLATE: id.id })
  })

  it('refuses groups of what is no part of a template', async () => {
    const { errors } = await server.graphql(
      `query ($id: ID!) { vendor(by: { id: $id }) { metrics(metrics: [EARNINGS_PAYABLE], groupBy: [TEMPLATE]) { nodes { metric } } } }`,
      { id: vendorId },
      admin,
    )
    expect(errors).toMatchObject([{ extensions: { code: 'METRIC_NOT_SUPPORTED', field: 'groupBy', supported: [] } }])
  })
})
