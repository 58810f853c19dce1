import { randomUUID } from 'node:crypto'
import { createUserService, type UserService } from '#services/identity/user-service/user-service.js'
import { readConfig } from '#services/kernel/config/config.js'
import { createMetrics } from '#services/kernel/metrics/metrics.js'
import { syncBody, type SyncInput } from '#services/marketplace/sync/sync-input.js'
import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startUserService, type TestUserService } from '#test/support/user-service.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

const TOKEN = 'the-service-token'

const INPUT: SyncInput = {
  id: '12345',
  slug: 'ai-agent-stack-pro',
  name: 'AI Agent Stack Pro',
  shortDescription: 'Advanced AI agent deployment...',
  longDescription: null,
  status: 'APPROVED',
  tags: [],
  techStack: null,
  infrastructureRequirements: null,
  requiredPlan: null,
  installCount: 0,
  approvedAt: null,
  category: 'ai',
  vendorName: 'John Doe',
  vendorId: null,
  foreign: false,
  price: { amountMinor: 9999, currency: 'USD', interval: 'ONE_TIME' },
}

// Testing checklist of the document "Stacker Marketplace Payment Integration", item by item, in its wording. This
// Stackgate acts as Stacker, and a second one as its User Service. Messages between them are really delivered.
describe('Marketplace payment for Stacker: the testing checklist of its source', () => {
  let stub: TestUserService
  let connector: UserService
  let userService: TestServer
  let stacker: TestServer
  let admin: string
  let vendor: string
  let free: string
  let paid: string
  beforeAll(async () => {
    stub = await startUserService()
    stub.profiles.set('token-of-ann', {
      email: 'user@example.com',
      plan: { name: 'plus', date_end: '2026-01-30' },
      products: [
        {
          product_id: 'uuid',
          product_type: 'template',
          code: 'ai-agent-stack',
          external_id: 12345,
          name: 'AI Agent Stack',
          price: '99.99',
          owned_since: '2025-01-15T00:00:00Z',
        },
      ],
    })
    stub.products.set('12345', {
      product_id: 'uuid',
      product_type: 'template',
      code: 'ai-agent-stack',
      external_id: 12345,
      name: 'AI Agent Stack',
      price: '99.99',
    })
    const config = readConfig({ USER_SERVICE_URL: stub.url, SERVICE_TOKEN: TOKEN })
    connector = createUserService(config.userService!, config, { metrics: createMetrics(), timers: systemTimers })
    userService = await startTestServer({ start: '2026-01-15T10:00:00Z', env: { SERVICE_TOKEN: TOKEN } })
    stacker = await startTestServer({
      start: '2026-01-15T10:00:00Z',
      env: { USER_SERVICE_URL: userService.url, SERVICE_TOKEN: TOKEN, USER_SERVICE_OWNS_ENTITLEMENTS: 'true' },
      app: { tokenCacheMs: 100 },
    })
    // Its categories come from the User Service and are synced before templates are created.
    const shelves = async (server: TestServer) =>
      (await server.graphql<{ categories: { id: string }[] }>(`{ categories { id } }`)).data.categories
        .map(({ id }) => id)
        .toSorted()
    const theirs = await shelves(userService)
    await eventually(
      () => shelves(stacker),
      (ours) => theirs.every((id) => ours.includes(id)),
      20_000,
    )
    admin = await stacker.token('admin@example.com', { roles: ['admin'] })
    vendor = await stacker.token('vera@example.com', { roles: ['vendor'] })
    free = await approved('free-stack', null)
    paid = await approved('paid-stack', 9999)
  })
  afterAll(async () => {
    await connector.close()
    await stacker.close()
    await userService.close()
    await stub.close()
  })

  const ask = async <Data>(server: TestServer, query: string, variables: Record<string, unknown>, token: string) => {
    const { data, errors } = await server.graphql<Data>(query, variables, token)
    if (errors)
      throw new Error(
        JSON.stringify(errors) +
          server.logLines
            .filter((line) => line.includes('"level":50') || line.includes('"err"'))
            .slice(-3)
            .join('\n'),
      )
    return data
  }
  const move = (mutation: string, id: string, token: string, more = '') =>
    ask<Record<string, { __typename: string }>>(
      stacker,
      `mutation ($id: ID!) { ${mutation}(id: $id, key: "${randomUUID()}"${more}) { template { __typename id status } denial { code message } } }`,
      { id },
      token,
    )
  const price = (id: string, amountMinor: number) =>
    ask(
      stacker,
      `mutation ($id: ID!, $price: TemplatePriceInput!, $key: String!) { setTemplatePrice(id: $id, price: $price, key: $key) { denial { code } } }`,
      {
        id,
        price: { money: { amountMinor, currency: 'USD' }, interval: null },
        key: randomUUID(),
      },
      admin,
    )
  /** A template of the vendor's, drafted, handed in and published. */
  async function approved(slug: string, amountMinor: number | null): Promise<string> {
    const { createTemplate } = await ask<{ createTemplate: { id: string } }>(
      stacker,
      `mutation ($input: CreateTemplateInput!, $key: String!) { createTemplate(input: $input, key: $key) { template { id } denial { code message } } }`,
      {
        input: {
          slug,
          name: slug,
          shortDescription: `The ${slug}`,
          category: 'cms',
          definition: { services: { web: { image: 'nginx:1.27-alpine' } } },
        },
        key: slug,
      },
      vendor,
    )
    const { id } = createTemplate
    await move('submitTemplate', id, vendor)
    await move('reviewTemplate', id, admin, ', action: STARTED')
    expect((await move('reviewTemplate', id, admin, ', action: APPROVED'))['reviewTemplate']).toMatchObject({
      __typename: 'Template',
      status: 'APPROVED',
    })
    if (amountMinor) await price(id, amountMinor)
    return id
  }
  const published = (id: string) =>
    stacker.query<{ action: string; state: string; body: Record<string, unknown> }>(
      `select action, state, body from template_sync_message where template_id = $1 order by id`,
      [id],
    )
  const product = async (id: string) =>
    (
      (await userService.rest('GET', `/api/1.0/products?external_id=${id}&product_type=template`)).body as {
        _items: Record<string, unknown>[]
      }
    )._items[0]
  const me = async (server: TestServer, token: string) =>
    (await server.rest('GET', '/oauth_server/api/me', { token })).body as {
      email: string
      products: { external_id: string; owned_since: string }[]
    }
  /** User of the User Service: Stacker verifies the token there. */
  const person = (name: string) => Buyer.named(userService, `${name}@example.com`)
  const deploy = async (token: string, id: string, key = 'deploy') =>
    (
      await ask<{ startDeployment: { __typename: string; code?: string; message?: string } }>(
        stacker,
        `mutation ($id: ID!, $key: String!) { startDeployment(input: { templateId: $id }, key: $key) { __typename denial { __typename code message } } }`,
        { id, key },
        token,
      )
    ).startDeployment
  const buyThere = async (buyer: Buyer, id: string) => {
    await eventually(
      () => product(id),
      (found) => found?.['is_active'] === true,
      20_000,
    )
    await buyer.buy('purchaseTemplate', { templateId: id })
  }

  describe('Unit Tests', () => {
    describe('`test_user_service_connector.py`', () => {
      it('`get_user_profile()` returns user with products list', async () => {
        const profile = await connector.profile('token-of-ann')
        expect(profile).toMatchObject({ email: 'user@example.com', plan: { name: 'plus' } })
        expect(profile!.products).toEqual([
          expect.objectContaining({
            externalId: '12345',
            productType: 'template',
            code: 'ai-agent-stack',
            price: '99.99',
          }),
        ])
      })

      it('`get_template_product()` returns product info', async () => {
        expect(await connector.templateProduct('12345')).toMatchObject({
          externalId: '12345',
          code: 'ai-agent-stack',
          price: '99.99',
        })
        expect(await connector.templateProduct('54321')).toBeNull()
      })

      it('`user_owns_template()` returns correct boolean', async () => {
        const owns = async (id: string) =>
          (await connector.profile('token-of-ann'))!.products.some(
            (one) => one.externalId === id && one.productType === 'template',
          )
        expect([await owns('12345'), await owns('54321')]).toEqual([true, false])
      })
    })

    describe('`test_marketplace_webhook_sender.py`', () => {
      it('`send_template_approved()` sends correct webhook payload', () => {
        expect(syncBody('template_approved', INPUT, '456')).toMatchObject({
          action: 'template_approved',
          stack_template_id: '12345',
          external_id: '12345',
          code: 'ai-agent-stack-pro',
          name: 'AI Agent Stack Pro',
          description: 'Advanced AI agent deployment...',
          category_code: 'ai',
          price: 99.99,
          billing_cycle: 'one_time',
          currency: 'USD',
          vendor_user_id: 456,
          vendor_name: 'John Doe',
        })
      })

      it('`send_template_updated()` sends correct webhook payload', () => {
        const monthly: SyncInput = { ...INPUT, price: { amountMinor: 500, currency: 'EUR', interval: 'MONTH' } }
        expect(syncBody('template_updated', monthly, 'vera')).toMatchObject({
          action: 'template_updated',
          price: 5,
          billing_cycle: 'monthly',
          currency: 'EUR',
          vendor_user_id: 'vera',
        })
      })

      it('`send_template_rejected()` sends correct webhook payload', () => {
        expect(syncBody('template_rejected', INPUT, '456')).toEqual({
          action: 'template_rejected',
          stack_template_id: '12345',
          external_id: '12345',
        })
      })

      it('`get_service_token()` returns valid bearer token', async () => {
        stub.calls.length = 0
        expect(await connector.sync(syncBody('template_approved', INPUT, '456'))).toBe(200)
        expect(stub.callsTo('/marketplace/sync')[0]!.authorization).toBe(`Bearer ${TOKEN}`)
        const config = readConfig({
          USER_SERVICE_URL: stub.url,
          SERVICE_CLIENT_ID: 'stackgate',
          SERVICE_CLIENT_SECRET: 'the-client-secret',
        })
        const preferred = createUserService(config.userService!, config, {
          metrics: createMetrics(),
          timers: systemTimers,
        })
        expect(await preferred.sync(syncBody('template_rejected', INPUT, null))).toBe(200)
        expect(stub.callsTo('/marketplace/sync')[1]!.authorization).toMatch(/^Bearer issued-/)
        await preferred.close()
      })
    })

    describe('`test_deployment_validator.py`', () => {
      const eligibility = async (token: string, id: string) =>
        (
          await ask<{
            template: { eligibility: { allowed: boolean; denials: { __typename: string; message: string }[] } }
          }>(
            stacker,
            `query ($id: ID!) { template(by: { id: $id }) { eligibility { allowed denials { __typename message } } } }`,
            { id },
            token,
          )
        ).template.eligibility

      it('`validate_marketplace_template()` allows free templates', async () => {
        expect(await eligibility((await person('unit-free')).token, free)).toEqual({ allowed: true, denials: [] })
      })

      it('`validate_marketplace_template()` allows user-owned paid templates', async () => {
        const owner = await person('unit-owner')
        await buyThere(owner, paid)
        await eventually(
          () => eligibility(owner.token, paid),
          ({ allowed }) => allowed,
        )
        expect(await eligibility(owner.token, paid)).toEqual({ allowed: true, denials: [] })
      })

      it('`validate_marketplace_template()` blocks non-owned paid templates', async () => {
        expect((await eligibility((await person('unit-stranger')).token, paid)).allowed).toBe(false)
      })

      it('Raises `TemplateNotPurchasedError` with correct message', async () => {
        const { denials } = await eligibility((await person('unit-stranger')).token, paid)
        expect(denials).toEqual([
          {
            __typename: 'Denial',
            message: expect.stringContaining('This verified pro stack requires payment'),
          },
        ])
        expect(denials[0]!.message).toContain('99.99')
      })
    })
  })

  describe('Integration Tests', () => {
    describe('`test_template_approval_flow.py`', () => {
      let id: string
      it('Admin approves template in Stacker', async () => {
        id = await approved('approval-flow', 4900)
        expect(await ask(stacker, `query ($id: ID!) { template(by: { id: $id }) { status } }`, { id }, admin)).toEqual({
          template: { status: 'APPROVED' },
        })
      })

      it('Webhook sent to User Service `/marketplace/sync`', async () => {
        const sent = await eventually(
          () => published(id),
          (all) => all.length === 2 && all.every(({ state }) => state === 'SENT'),
          20_000,
        )
        expect(sent.map(({ action }) => action)).toEqual(['template_approved', 'template_updated'])
        expect(sent[1]!.body).toMatchObject({ price: 49, external_id: id, vendor_user_id: 'vera@example.com' })
      })

      it('User Service creates product', async () => {
        expect(await product(id)).toMatchObject({
          external_id: id,
          price: '49.00',
          is_active: true,
          vendor_user_id: 'vera@example.com',
        })
      })

      it('`/oauth_server/api/me` includes new product', async () => {
        const buyer = await person('approval-buyer')
        await buyThere(buyer, id)
        const profile = await eventually(
          () => me(userService, buyer.token),
          ({ products }) => products.length === 1,
        )
        expect(profile.products[0]).toMatchObject({
          external_id: id,
          product_type: 'template',
          price: '49.00',
          owned_since: expect.stringMatching(/^2026-01-15T/),
        })
      })
    })

    describe('`test_template_update_flow.py`', () => {
      let id: string
      it('Vendor updates template in Stacker', async () => {
        id = await approved('update-flow', 1000)
        await eventually(
          () => product(id),
          (found) => found?.['price'] === '10.00',
          20_000,
        )
        const changed = await ask<{ updateTemplate: { __typename: string } }>(
          stacker,
          `mutation ($id: ID!) { updateTemplate(id: $id, input: { name: "Update flow, second edition" }, key: "second-edition") { denial { __typename code message } } }`,
          { id },
          vendor,
        )
        expect(changed.updateTemplate.__typename).toBe('Template')
        await move('submitTemplate', id, vendor)
        await move('reviewTemplate', id, admin, ', action: STARTED')
        await move('reviewTemplate', id, admin, ', action: APPROVED')
        await price(id, 1500)
      })

      it('Webhook sent to User Service', async () => {
        const sent = await eventually(
          () => published(id),
          (all) => all.length >= 4 && all.every(({ state }) => state === 'SENT'),
          20_000,
        )
        expect(sent.at(-1)!.body).toMatchObject({
          action: 'template_updated',
          name: 'Update flow, second edition',
          price: 15,
        })
      })

      it('Product updated in User Service', async () => {
        expect(await product(id)).toMatchObject({
          name: 'Update flow, second edition',
          price: '15.00',
          is_active: true,
        })
      })
    })

    describe('`test_template_rejection_flow.py`', () => {
      let id: string
      it('Admin rejects template in Stacker', async () => {
        id = await approved('rejection-flow', 2000)
        await eventually(
          () => product(id),
          (found) => found?.['price'] === '20.00',
          20_000,
        )
        // A published template is removed by deprecating it. Rejecting its next version leaves it published.
        expect((await move('deprecateTemplate', id, admin))['deprecateTemplate']).toMatchObject({
          __typename: 'Template',
        })
      })

      it('Webhook sent to User Service', async () => {
        const sent = await eventually(
          () => published(id),
          (all) => all.at(-1)?.action === 'template_rejected' && all.at(-1)?.state === 'SENT',
          20_000,
        )
        expect(sent.at(-1)!.body).toEqual({ action: 'template_rejected', stack_template_id: id, external_id: id })
      })

      it('Product deactivated in User Service', async () => {
        expect(await product(id)).toMatchObject({ is_active: false })
      })
    })

    describe('`test_deployment_validation_flow.py`', () => {
      it('User can deploy free marketplace template', async () => {
        expect(await deploy((await person('flow-free')).token, free)).toEqual({ __typename: 'DeploymentPayload' })
      })

      it('User cannot deploy paid template without purchase', async () => {
        expect(await deploy((await person('flow-stranger')).token, paid)).toMatchObject({
          code: 'TEMPLATE_NOT_PURCHASED',
        })
      })

      it('User can deploy paid template after product purchase', async () => {
        const buyer = await person('flow-buyer')
        expect(await deploy(buyer.token, paid, 'before')).toMatchObject({ code: 'TEMPLATE_NOT_PURCHASED' })
        await buyThere(buyer, paid)
        await eventually(
          () => me(stacker, buyer.token),
          ({ products }) => products.length === 1,
        )
        expect(await deploy(buyer.token, paid, 'after')).toEqual({ __typename: 'DeploymentPayload' })
      })

      it('Correct error messages in each scenario', async () => {
        const stranger = await person('flow-messages')
        expect((await deploy(stranger.token, paid)).message).toMatch(
          /This verified pro stack requires payment.*99\.99 USD/,
        )
        const { errors } = await stacker.graphql(
          `mutation { startDeployment(input: { templateId: "nowhere" }, key: "n") { denial { code } } }`,
          {},
          stranger.token,
        )
        expect(errors?.[0]).toMatchObject({ message: 'Template not found.', extensions: { code: 'NOT_FOUND' } })
      })
    })
  })

  describe('Manual Testing', () => {
    it('Stacker can query User Service `/oauth_server/api/me` (with real user token)', async () => {
      const { email } = await me(stacker, (await person('manual')).token)
      expect(email).toBe('manual@example.com')
    })

    it('Stacker connector returns user profile with products list', async () => {
      const owner = await person('manual-owner')
      await buyThere(owner, paid)
      const profile = await eventually(
        () => stacker.app.context.userService!.profile(owner.token),
        (seen) => seen!.products.length === 1,
      )
      expect(profile).toMatchObject({ email: 'manual-owner@example.com', products: [{ externalId: paid }] })
    })

    it('Approve template in Stacker admin → webhook sent to User Service', async () => {
      const id = await approved('manual-approval', null)
      const sent = await eventually(
        () => published(id),
        ([first]) => first?.state === 'SENT',
        20_000,
      )
      expect(sent.map(({ action }) => action)).toEqual(['template_approved'])
    })

    it('User Service `/marketplace/sync` creates product', async () => {
      const id = await approved('manual-product', 700)
      expect(
        await eventually(
          () => product(id),
          (found) => found?.['price'] === '7.00',
          20_000,
        ),
      ).toMatchObject({ external_id: id })
    })

    it('Product appears in `/api/1.0/products` endpoint', async () => {
      const all = (await userService.rest('GET', '/api/1.0/products?product_type=template&max_results=100')).body as {
        _items: { external_id: string }[]
      }
      expect(all._items.map(({ external_id: id }) => id)).toContain(paid)
    })

    it('Deployment validation blocks unpurchased paid templates', async () => {
      expect(await deploy((await person('manual-stranger')).token, paid)).toMatchObject({
        __typename: 'Denial',
      })
    })

    it('Deployment validation allows owned paid templates', async () => {
      const owner = await person('manual-deployer')
      await buyThere(owner, paid)
      await eventually(
        () => me(stacker, owner.token),
        ({ products }) => products.length === 1,
      )
      expect(await deploy(owner.token, paid)).toEqual({ __typename: 'DeploymentPayload' })
    })

    it('All environment variables configured correctly', () => {
      const config = readConfig({
        URL_SERVER_USER: 'http://user:4100/',
        STACKER_SERVICE_TOKEN: 'bearer-token-from-user-service',
        STACKER_CLIENT_ID: 'from-user-service',
        STACKER_CLIENT_SECRET: 'secret-from-user-service',
        URL_SERVER_PAYMENT: 'http://payment:8000/',
      })
      expect(config.userService?.url.href).toBe('http://user:4100/')
      expect(config).toMatchObject({
        serviceToken: 'bearer-token-from-user-service',
        serviceClient: { id: 'from-user-service', secret: 'secret-from-user-service' },
      })
      // One service handles payments: the setting of a Payment Service causes a warning.
      expect(config.warnings).toContainEqual(expect.stringContaining('Stackgate replaces the Payment Service'))
    })
  })
})
