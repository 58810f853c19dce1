import { Buyer } from '#test/support/buyer.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'
import { eligibilityOf, deployTemplate } from '#test/support/template-products.js'

describe('eligibility of a template', () => {
  let server: TestServer
  let vendor: MarketplaceClient
  let admin: MarketplaceClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    const as = async (role: 'vendor' | 'admin') =>
      new MarketplaceClient(server, await server.token(`${role}@example.com`, { roles: [role] }))
    ;[vendor, admin] = [await as('vendor'), await as('admin')]
  })
  afterAll(() => server.close())

  it('returns the same result with all reasons from query, mutation and REST', async () => {
    const { id, name } = await publishTemplate(vendor, admin, { requiredPlan: 'plus', stack: 'n8n' })
    await vendor.price(id, 9999)
    const { token } = await Buyer.named(server, 'three-doors@example.com')
    const requested = await eligibilityOf(server, token, id)
    const rest = await server.rest('GET', `/templates/${id}/eligibility`, { token })
    const { denials, explain } = rest.body as { denials: { code: string }[]; explain: string[] }
    expect(denials).toMatchObject([
      {
        code: 'INSUFFICIENT_PLAN',
        required_plan: 'plus',
        current_plan: 'free',
        remedies: [{ kind: 'upgrade_plan' }, {}],
      },
      {
        code: 'TEMPLATE_NOT_PURCHASED',
        template_id: id,
        template_name: name,
        price: { amount: '99.99', currency: 'USD' },
      },
      { code: 'STACK_NOT_SUPPORTED' },
    ])
    expect(requested.denials.map(({ code }) => code)).toEqual(denials.map(({ code }) => code))
    expect(explain).toEqual(requested.explain)
    expect(await deployTemplate(server, token, id)).toBe(denials[0]!.code)
    expect((await server.rest('GET', `/templates/tpl_none/eligibility`, { token })).status).toBe(404)
  })

  it('checks the server last, in the query and the mutation', async () => {
    const { id } = await publishTemplate(vendor, admin, {
      infrastructureRequirements: { min_ram_mb: 2048, cpu_cores: 2, supported_os: ['Ubuntu'] },
    })
    const { token } = await Buyer.named(server, 'small@example.com')
    const small = { memoryMb: 1024, cpuCores: 2 }
    const found = await eligibilityOf(server, token, id, small)
    expect(found.denials).toEqual([{ code: 'INFRASTRUCTURE_INSUFFICIENT', issues: [{ path: ['server', 'memoryMb'] }] }])
    expect(found.explain).toHaveLength(6)
    expect(found.explain.at(-1)).toContain('1024 of 2048 MB of memory')
    expect(await deployTemplate(server, token, id, small)).toBe('INFRASTRUCTURE_INSUFFICIENT')
    expect((await eligibilityOf(server, token, id, { memoryMb: 4096, system: 'debian' })).denials).toMatchObject([
      { issues: [{ path: ['server', 'system'] }] },
    ])
    expect((await eligibilityOf(server, token, id)).explain.at(-1)).toContain('were not checked')
    expect(await deployTemplate(server, token, id, { memoryMb: 2048, system: 'ubuntu' })).toBe('DeploymentPayload')
  })
})
