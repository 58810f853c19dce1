import { Products, StartDeployment } from '@stackgate/client/documents'
import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const APPROVED = {
  action: 'template_approved',
  stack_template_id: 12345,
  external_id: 12345,
  code: 'ai-agent-stack-pro',
  name: 'AI Agent Stack Pro',
  description: 'Advanced AI agent deployment',
  category_code: 'ai',
  price: 99.99,
  billing_cycle: 'one_time',
  currency: 'USD',
  vendor_user_id: 456,
  vendor_name: 'John Doe',
}

/** As the old server really sends it: uuids, another name for the action, a category under another name, and more beside. */
const PUBLISHED = {
  action: 'template_published',
  stack_template_id: '6f1e9a52-6f3b-4f0e-9d0a-0c8f3f7e2a11',
  external_id: '6f1e9a52-6f3b-4f0e-9d0a-0c8f3f7e2a11',
  code: 'data-lake',
  name: 'Data Lake',
  description: null,
  price: 12.5,
  billing_cycle: 'monthly',
  currency: 'EUR',
  vendor_user_id: 'user-7',
  vendor_name: 'Vera',
  category: 'data-pipelines',
  tags: ['s3', 'spark'],
  tech_stack: { engine: 'spark' },
  infrastructure_requirements: { min_ram_mb: 4096 },
  deploy_count: 3,
  approved_at: '2026-01-01T00:00:00Z',
  review_reason: 'fine',
}

interface VisibleProduct {
  product: {
    id: string
    name: string
    active: boolean
    externalId: string
    vendor: { name: string } | null
    prices: { money: { decimal: string; currency: string }; interval: string }[]
  } | null
}

describe('POST /marketplace/sync: templates owned by an integration', () => {
  let server: TestServer
  let key: string
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-03-10T09:00:00Z',
      env: {
        SERVICE_TOKEN: 'bearer-of-the-sibling',
        SERVICE_CLIENT_ID: 'sibling',
        SERVICE_CLIENT_SECRET: 'secret-of-the-sibling',
      },
    })
    key = await server.serviceKey(['marketplace:sync'])
  })
  afterAll(() => server.close())

  const sync = (body: unknown, token: string | null = key) =>
    server.rest('POST', '/marketplace/sync', { token, body }) as Promise<{
      status: number
      body: { success?: boolean; message: string; product_id?: string; code?: string; field?: string }
    }>
  const product = async (externalId: string) =>
    (
      await server.graphql<VisibleProduct>(
        `query ($id: String!) { product(by: { externalId: $id }) { id name active externalId vendor { name } prices { interval { unit count } money { decimal currency } } } }`,
        { id: externalId },
      )
    ).data.product
  /** Everything that a sync may write; without installs and views, which are counted a moment after they happen. */
  const records = () =>
    server.query(
      `select (select jsonb_agg(to_jsonb(t) - 'install_count' - 'sale_count' order by t.id) from template t) as templates, (select jsonb_agg(to_jsonb(p) order by p.id) from product p) as products,
         (select jsonb_agg(to_jsonb(r) order by r.id) from price r) as prices, (select count(*) from outbox_event where type = 'marketplace.synced') as told`,
    )

  it('creates the product once per approval; a second delivery changes nothing', async () => {
    const first = await sync(APPROVED)
    expect(first).toMatchObject({ status: 200, body: { success: true, product_id: expect.stringMatching(/^prd_/) } })
    expect(await product('12345')).toMatchObject({
      id: first.body.product_id,
      name: 'AI Agent Stack Pro',
      active: true,
      externalId: '12345',
      vendor: { name: 'John Doe' },
      prices: [{ interval: null, money: { decimal: '99.99', currency: 'USD' } }],
    })
    const before = await records()
    const again = await Promise.all([sync(APPROVED), sync(APPROVED)])
    expect(again.map(({ status, body }) => [status, body.product_id])).toEqual([
      [200, first.body.product_id],
      [200, first.body.product_id],
    ])
    expect(await records()).toEqual(before)
  })

  it('creates one product for twenty concurrent first deliveries', async () => {
    const payload = { ...APPROVED, stack_template_id: 777, external_id: 777, code: 'at-once', name: 'At Once' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => sync(payload)))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.product_id}`)).size).toBe(1)
    expect(await server.query(`select count(*)::int as count from product where external_id = '777'`)).toEqual([
      { count: 1 },
    ])
  })

  it('accepts the actual format: UUIDs, other names, more fields; stores the vendor as a filter', async () => {
    expect(await sync(PUBLISHED)).toMatchObject({ status: 200, body: { success: true } })
    const { data } = await server.graphql<{ template: unknown }>(
      `query ($id: ID!) { template(by: { id: $id }) { id slug isFromMarketplace isPaid tags techStack infrastructureRequirements category { code } vendor { name } price { interval { unit count } money { decimal currency } } } }`,
      { id: PUBLISHED.external_id },
    )
    expect(data.template).toEqual({
      id: PUBLISHED.external_id,
      slug: 'data-lake',
      isFromMarketplace: true,
      isPaid: true,
      tags: ['s3', 'spark'],
      techStack: { engine: 'spark' },
      infrastructureRequirements: { min_ram_mb: 4096 },
      category: { code: 'data-pipelines' },
      vendor: { name: 'Vera' },
      price: { interval: { unit: 'MONTH', count: 1 }, money: { decimal: '12.50', currency: 'EUR' } },
    })
    const [vera] = await server.query<{ id: string }>(`select id from vendor where name = 'Vera'`)
    const filtered = await server.graphql(Products, { vendor: vera!.id })
    expect(filtered.data.products!.nodes).toMatchObject([{ code: 'data-lake' }])
    expect(
      await server.query(
        `select vendor_user_id, vendor_name from template_source where template_id in ('12345', $1) order by 1`,
        [PUBLISHED.external_id],
      ),
    ).toEqual([
      { vendor_user_id: '456', vendor_name: 'John Doe' },
      { vendor_user_id: 'user-7', vendor_name: 'Vera' },
    ])
  })

  it('creates two vendors for two users of the same name', async () => {
    await sync({ ...APPROVED, stack_template_id: 9, external_id: 9, code: 'other-john', vendor_user_id: 999 })
    expect((await product('9'))!.vendor!.name).toBe('John Doe (999)')
  })

  it('ignores empty tags and an empty plan name', async () => {
    const body = { ...APPROVED, stack_template_id: 10, external_id: 10, code: 'empty-tags', required_plan_name: '' }
    expect(await sync({ ...body, tags: ['', 'mail', ' '] })).toMatchObject({ status: 200 })
    const { data } = await server.graphql<{ template: unknown }>(
      `{ template(by: { slug: "empty-tags" }) { tags requiredPlan { code } } }`,
    )
    expect(data.template).toEqual({ tags: ['mail'], requiredPlan: null })
  })

  it('sells once and in dollars without a billing cycle and a currency', async () => {
    const { billing_cycle: _cycle, currency: _currency, category_code: _category, ...rest } = APPROVED
    await sync({ ...rest, stack_template_id: 8, external_id: 8, code: 'defaults' })
    expect((await product('8'))!.prices).toEqual([{ interval: null, money: { decimal: '99.99', currency: 'USD' } }])
  })

  it('keeps a purchase through a new price and a rejection, and denies later buyers', async () => {
    const id = 500
    const about = { ...APPROVED, stack_template_id: id, external_id: id, code: 'lifetime', name: 'Lifetime' }
    await sync(about)
    const ann = await Buyer.named(server, 'ann@example.com')
    const bob = await Buyer.named(server, 'bob@example.com')
    const page = await ann.start('purchaseTemplate', { templateId: String(id) })
    expect(page).toMatchObject({ __typename: 'Checkout', money: { amountMinor: 9999, currency: 'USD' } })
    await ann.pay(page.providerReference)
    const owns = async (token: string) =>
      (
        await server.graphql<{ product: { owned: boolean } }>(
          `{ product(by: { externalId: "500" }) { owned } }`,
          {},
          token,
        )
      ).data.product.owned
    await eventually(() => owns(ann.token), Boolean)

    await sync({ ...about, action: 'template_updated', name: 'Lifetime Pro', price: 149 })
    expect(await product('500')).toMatchObject({ name: 'Lifetime Pro', prices: [{ money: { decimal: '149.00' } }] })
    expect(await owns(ann.token)).toBe(true)
    // A late second delivery of the first approval does not bring the old price back.
    await sync(about)
    expect(await product('500')).toMatchObject({ name: 'Lifetime Pro', prices: [{ money: { decimal: '149.00' } }] })

    expect(await sync({ action: 'template_rejected', stack_template_id: id })).toMatchObject({
      status: 200,
      body: { success: true },
    })
    expect(await sync({ action: 'template_rejected', stack_template_id: id })).toMatchObject({ status: 200 })
    expect((await product('500'))!.active).toBe(false)
    expect(await bob.start('purchaseTemplate', { templateId: String(id) })).toMatchObject({ code: 'NOT_FOR_SALE' })
    const deploy = async (token: string) =>
      (await server.graphql(StartDeployment, { input: { templateId: '500', stack: 'static_site' }, key: 'd' }, token))
        .data.startDeployment
    expect(await deploy(ann.token)).toMatchObject({ __typename: 'DeploymentPayload' })
    expect(await deploy(bob.token)).toMatchObject({ code: 'NOT_FOR_SALE' })

    // Approved again with the same words, it is on sale again.
    await sync(about)
    expect(await product('500')).toMatchObject({ active: true, prices: [{ money: { decimal: '99.99' } }] })
    expect(await bob.start('purchaseTemplate', { templateId: String(id) })).toMatchObject({ __typename: 'Checkout' })
  })

  it('creates no product for a free template, and deprecates it after a rejection', async () => {
    const free = { ...APPROVED, stack_template_id: 'free-1', external_id: 'free-1', code: 'free-1', price: null }
    expect(await sync(free)).toMatchObject({ status: 200 })
    expect(await product('free-1')).toBeNull()
    const found = async () =>
      (await server.graphql<{ template: { isPaid: boolean } | null }>(`{ template(by: { id: "free-1" }) { isPaid } }`))
        .data.template
    expect(await found()).toEqual({ isPaid: false })
    await sync({ action: 'template_rejected', external_id: 'free-1' })
    expect(await found()).toBeNull()
  })

  it.each([
    ['no action', { action: undefined }, 'action'],
    ['an unknown action', { action: 'template_exploded' }, 'action'],
    ['no stack_template_id', { stack_template_id: undefined }, 'stack_template_id'],
    ['a mistyped stack_template_id', { stack_template_id: true }, 'stack_template_id'],
    ['an id that JSON cannot carry', { stack_template_id: 1.5, external_id: 1.5 }, 'stack_template_id'],
    ['no external_id', { external_id: undefined }, 'external_id'],
    ['two ids', { external_id: 54321 }, 'external_id'],
    ['no code', { code: undefined }, 'code'],
    ['a mistyped code', { code: 7 }, 'code'],
    ['a code that is no slug', { code: '../x' }, 'code'],
    ['no name', { name: undefined }, 'name'],
    ['an empty name', { name: '' }, 'name'],
    ['no description', { description: undefined }, 'description'],
    ['a mistyped category', { category_code: 5 }, 'category_code'],
    ['no price', { price: undefined }, 'price'],
    ['a price in words', { price: '99.99' }, 'price'],
    ['a negative price', { price: -1 }, 'price'],
    ['a fraction of a cent', { price: 99.999 }, 'price'],
    ['half a yen', { price: 99.5, currency: 'JPY' }, 'price'],
    ['a price beyond all bounds', { price: 1e12 }, 'price'],
    ['an unknown cycle', { billing_cycle: 'weekly' }, 'billing_cycle'],
    ['an unknown currency', { currency: 'XXZ' }, 'currency'],
    ['no vendor', { vendor_user_id: undefined }, 'vendor_user_id'],
    ['a vendor without a name or an email', { vendor_name: undefined }, 'vendor_name'],
    ['tags that are no list', { tags: 'a,b' }, 'tags'],
    ['one bad tag', { tags: ['a', 5] }, 'tags.1'],
    ['a plan that there is not', { required_plan_name: 'galactic' }, 'required_plan_name'],
    [
      'an id of something else',
      { stack_template_id: 'acc_01kaaaaaaaaaaaaaaaaaaaaaaa', external_id: 'acc_01kaaaaaaaaaaaaaaaaaaaaaaa' },
      'external_id',
    ],
  ])('rejects %s by field and changes nothing', async (_what, over, field) => {
    const before = await records()
    const { status, body } = await sync({ ...APPROVED, code: 'never', ...over })
    expect([status, body.code, body.field]).toEqual([400, 'BAD_REQUEST', field])
    expect(await records()).toEqual(before)
  })

  it('rejects bodies that are not objects, updates without an approval, and duplicate codes', async () => {
    expect((await sync('[]')).status).toBe(400)
    expect((await sync('{')).status).toBe(400)
    expect(await sync({ action: 'template_rejected' })).toMatchObject({
      status: 400,
      body: { field: 'stack_template_id' },
    })
    const anonymous = {
      ...APPROVED,
      action: 'template_updated',
      stack_template_id: 4040,
      external_id: 4040,
      code: 'nobody',
    }
    expect(await sync(anonymous)).toMatchObject({ status: 404, body: { field: 'external_id' } })
    const taken = { ...APPROVED, stack_template_id: 4041, external_id: 4041 }
    expect(await sync(taken)).toMatchObject({ status: 409, body: { field: 'code' } })
    // Other actions of the old server change nothing and are no errors.
    const before = await records()
    expect(await sync({ action: 'template_submitted', stack_template_id: 12345, external_id: 12345 })).toMatchObject({
      status: 200,
    })
    expect(await records()).toEqual(before)
  })

  it('uses the email as vendor name if there is none, and ignores unknown fields', async () => {
    const { vendor_name: _name, ...rest } = APPROVED
    expect(
      await sync({
        ...rest,
        stack_template_id: 41,
        external_id: 41,
        code: 'by-mail',
        vendor_user_id: 41,
        vendor_email: 'v@example.com',
        color: 'red',
      }),
    ).toMatchObject({ status: 200 })
    expect((await product('41'))!.vendor!.name).toBe('v@example.com')
  })

  it('rejects a wrong token, and forbids a token without the scope', async () => {
    const token = async (form: Record<string, string>, basic?: string) => {
      const { status, body } = (await server.rest('POST', '/oauth/token', {
        body: new URLSearchParams(form).toString(),
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(basic ? { authorization: `Basic ${Buffer.from(basic).toString('base64')}` } : {}),
        },
      })) as {
        status: number
        body: { access_token: string; token_type: string; expires_in: number; scope: string; error?: string }
      }
      return { status, ...body }
    }
    const grant = { grant_type: 'client_credentials' }
    const user = await server.token('user@example.com')
    const wrongScope = await server.serviceKey(['entitlements:read'])
    const [account] = await server.query<{ id: string }>(`select id from account limit 1`)
    const ofOneAccount = await server.serviceKey(['marketplace:sync'], account!.id)
    const outcomes: Record<string, number> = {}
    const tries: [string, string | null][] = [
      ['none', null],
      ['nonsense', 'nonsense'],
      ['a forged token', 'sgt_v1.AAAA'],
      ['a user', user],
      ['another scope', wrongScope],
      ['a key of one account', ofOneAccount],
      ['a key', key],
      ['the static bearer', 'bearer-of-the-sibling'],
    ]
    for (const [name, given] of tries) outcomes[name] = (await sync(APPROVED, given)).status
    const [, , id] = key.split('_') as [string, string, string]
    const whole = await token({
      ...grant,
      client_id: `key_${id}`,
      client_secret: key.slice(key.indexOf(id) + id.length + 1),
    })
    expect(whole).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: 3600, scope: 'marketplace:sync' })
    outcomes['client credentials of a key'] = (await sync(APPROVED, whole.access_token)).status
    const basic = await token(grant, 'sibling:secret-of-the-sibling')
    outcomes['client credentials of the sibling'] = (await sync(APPROVED, basic.access_token)).status
    const readOnly = await token({ ...grant, client_id: wrongScope.split('_')[2]!, client_secret: wrongScope })
    outcomes['a token of another scope'] = (await sync(APPROVED, readOnly.access_token)).status
    expect(outcomes).toEqual({
      none: 401,
      nonsense: 401,
      'a forged token': 401,
      'a user': 403,
      'another scope': 403,
      'a key of one account': 403,
      'a key': 200,
      'the static bearer': 200,
      'client credentials of a key': 200,
      'client credentials of the sibling': 200,
      'a token of another scope': 403,
    })
    expect(await token({ ...grant, client_id: `key_${id}`, client_secret: 'wrong' })).toMatchObject({
      status: 401,
      error: 'invalid_client',
    })
    expect(await token(grant)).toMatchObject({ status: 401, error: 'invalid_client' })
    expect(await token({ grant_type: 'password' })).toMatchObject({ status: 400, error: 'unsupported_grant_type' })
    expect(await token({})).toMatchObject({ status: 400, error: 'invalid_request' })
    expect(await token({ ...grant, scope: 'ops:write' }, 'sibling:secret-of-the-sibling')).toMatchObject({
      status: 400,
      error: 'invalid_scope',
    })
    // A token ends with its key.
    await server.query(`update service_key set revoked_at = now() where id = $1`, [`key_${id}`])
    const after = await token({ ...grant, client_id: `key_${id}`, client_secret: key })
    expect(after.status).toBe(401)
    key = await server.serviceKey(['marketplace:sync'])
  })
})
