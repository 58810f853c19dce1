import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'

interface Gate {
  allowed: boolean
  denials: { code: string; field?: string }[]
  explain: string[]
}

describe('Template products', () => {
  let harness: TestServer
  let vendor: MarketplaceClient
  let admin: MarketplaceClient
  let root: MarketplaceClient
  beforeAll(async () => {
    harness = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    const as = async (role: 'vendor' | 'admin' | 'root') =>
      new MarketplaceClient(harness, await harness.token(`${role}@example.com`, { roles: [role] }))
    ;[vendor, admin, root] = [await as('vendor'), await as('admin'), await as('root')]
  })
  afterAll(() => harness.close())

  const gate = async (token: string, id: string, server: object | null = null) => {
    const { data, errors } = await harness.graphql<{ deploymentEligibility: Gate }>(
      `query ($id: ID!, $server: ServerInput) { deploymentEligibility(templateId: $id, server: $server) { allowed explain denials { code ... on Refused { field } } } }`,
      { id, server },
      token,
    )
    return errors
      ? { allowed: false, explain: [], denials: [{ code: errors[0]!.extensions.code }] }
      : data.deploymentEligibility
  }
  let serial = 0
  const deploy = async (token: string, templateId: string, server: object | null = null) => {
    const { data, errors } = await harness.graphql<{ startDeployment: { __typename: string; code?: string } }>(
      `mutation ($input: StartDeploymentInput!) { startDeployment(input: $input) { __typename ... on Denial { code } } }`,
      { input: { templateId, server, idempotencyKey: `products-${++serial}` } },
      token,
    )
    return errors ? errors[0]!.extensions.code : (data.startDeployment.code ?? data.startDeployment.__typename)
  }
  const product = async (externalId: string) =>
    (
      await harness.graphql<{
        templateProduct: { code: string; active: boolean; vendor: { id: string; name: string } } | null
      }>(
        `query ($id: String!) { templateProduct(externalId: $id) { type code externalId active vendor { id name } prices { interval } } }`,
        { id: externalId },
      )
    ).data.templateProduct
  const listed = async (vendorId: string) => {
    const { data } = await harness.graphql<{ products: { nodes: { code: string }[] } }>(
      `query ($id: ID) { products(type: TEMPLATE, vendorId: $id, first: 100) { nodes { code } } }`,
      { id: vendorId },
    )
    return data.products.nodes.map(({ code }) => code)
  }

  it('is a separate product: no table of templates or versions contains a price [MK1]', async () => {
    const columns = await harness.query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name in ('template', 'template_version') and column_name ~ 'price|amount|currency|cost'`,
    )
    expect(columns).toEqual([])
    const { id, slug } = await publishTemplate(vendor, admin)
    await vendor.price(id, 9999)
    expect(await product(id)).toMatchObject({
      type: 'TEMPLATE',
      code: slug,
      externalId: id,
      active: true,
      prices: [{ interval: 'ONE_TIME' }],
    })
  })

  it('is found by the template’s external ID, or is null [MK2]', async () => {
    const { id } = await publishTemplate(vendor, admin)
    expect(await product(id)).toBeNull()
    for (const unknown of ['12345', '', '8a7e1c3e-0000-4000-8000-000000000000', "'; drop table product"])
      expect(await product(unknown)).toBeNull()
    await vendor.price(id, 500)
    expect(await product(id)).toMatchObject({ active: true })
    const rows = await harness.query(`select 1 from product where external_id = $1`, [id])
    expect(rows).toHaveLength(1)
  })

  it('names its vendor and is for sale with its template: a priced draft is neither listed nor free [MK22]', async () => {
    const draft = await vendor.create()
    expect(await vendor.price(draft.id, 700)).toMatchObject({ __typename: 'Template' })
    const sold = (await product(draft.id))!
    expect(sold).toMatchObject({ active: false, vendor: { name: 'vendor' } })
    expect(await listed(sold.vendor.id)).not.toContain(draft.slug)
    const buyer = await Buyer.named(harness, 'early@example.com')
    expect((await gate(buyer.token, draft.id)).denials).toEqual([{ code: 'NOT_FOUND' }])
    await vendor.submit(draft.id)
    await admin.startReview(draft.id)
    await admin.approve(draft.id)
    expect((await gate(buyer.token, draft.id)).denials).toMatchObject([{ code: 'TEMPLATE_NOT_PURCHASED' }])
    expect(
      await eventually(
        () => listed(sold.vendor.id),
        (codes) => codes.includes(draft.slug),
      ),
    ).toContain(draft.slug)
    const [, approved] = await harness.query<{ payload: { prices: object[] } }>(
      `select payload from outbox_event where type in ('template.price_changed', 'template.approved') and payload->>'templateId' = $1 order by id`,
      [draft.id],
    )
    expect(approved!.payload.prices).toEqual([{ amountMinor: 700, currency: 'USD', interval: 'ONE_TIME' }])
  })

  it.each([
    ['withdrawn', (id: string) => vendor.withdraw(id), 'NOT_FOR_SALE', 'NOT_FOR_SALE'],
    ['deprecated', (id: string) => vendor.deprecate(id), 'NOT_FOR_SALE', 'NOT_FOR_SALE'],
    ['deleted', (id: string) => root.remove(id), 'NOT_FOUND', 'NOT_FOR_SALE'],
  ])('%s: has no new owners, and existing owners can deploy it [MK18] [MK24]', async (what, retire, denial, offer) => {
    const { id, slug } = await publishTemplate(vendor, admin)
    await vendor.price(id, 500)
    const owner = await Buyer.named(harness, `owner-of-${what}@example.com`)
    await owner.buy('purchaseTemplate', { templateId: id })
    await retire(id)
    const late = await Buyer.named(harness, `late-for-${what}@example.com`)
    expect((await gate(late.token, id)).denials[0]).toMatchObject({ code: denial })
    expect(await deploy(late.token, id)).toBe(denial)
    expect(await late.start('purchaseTemplate', { templateId: id })).toMatchObject({ code: offer })
    expect(await deploy(owner.token, id)).toBe('DeploymentStarted')
    expect((await owner.account()).purchasedTemplates).toEqual([{ slug }])
  })

  it('is not offered when a free template is deprecated', async () => {
    const { id } = await publishTemplate(vendor, admin)
    const buyer = await Buyer.named(harness, 'free-rider@example.com')
    expect((await gate(buyer.token, id)).allowed).toBe(true)
    await admin.deprecate(id)
    expect((await gate(buyer.token, id)).denials).toMatchObject([{ code: 'NOT_FOR_SALE' }])
  })

  it('returns the same result with all reasons from query, mutation and REST [MK17] [PL7] [PL8]', async () => {
    const { id, name } = await publishTemplate(vendor, admin, { requiredPlanName: 'plus', stack: 'n8n' })
    await vendor.price(id, 9999)
    const { token } = await Buyer.named(harness, 'three-doors@example.com')
    const requested = await gate(token, id)
    const rest = await harness.rest('GET', `/templates/${id}/eligibility`, { token })
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
    expect(await deploy(token, id)).toBe(denials[0]!.code)
    expect((await harness.rest('GET', `/templates/tpl_none/eligibility`, { token })).status).toBe(404)
  })

  it('checks the server last, in the query and the mutation', async () => {
    const { id } = await publishTemplate(vendor, admin, {
      infrastructureRequirements: { min_ram_mb: 2048, cpu_cores: 2, supported_os: ['Ubuntu'] },
    })
    const { token } = await Buyer.named(harness, 'small@example.com')
    const small = { memoryMb: 1024, cpuCores: 2 }
    const found = await gate(token, id, small)
    expect(found.denials).toEqual([{ code: 'INFRASTRUCTURE_INSUFFICIENT', field: 'server.memoryMb' }])
    expect(found.explain).toHaveLength(5)
    expect(found.explain.at(-1)).toContain('1024 of 2048 MB of memory')
    expect(await deploy(token, id, small)).toBe('INFRASTRUCTURE_INSUFFICIENT')
    expect((await gate(token, id, { memoryMb: 4096, system: 'debian' })).denials).toMatchObject([
      { field: 'server.system' },
    ])
    expect((await gate(token, id)).explain.at(-1)).toContain('were not checked')
    expect(await deploy(token, id, { memoryMb: 2048, system: 'ubuntu' })).toBe('DeploymentStarted')
  })
})
