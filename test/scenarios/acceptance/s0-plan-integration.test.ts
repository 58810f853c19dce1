import { createUserService, type UserService } from '#services/identity/user-service/user-service.js'
import { readConfig } from '#services/kernel/config/config.js'
import { createMetrics } from '#services/kernel/metrics/metrics.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startUserService, type TestUserService } from '#test/support/user-service.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { setTemplatePrice } from '#test/support/template-purchases.js'
import { templateId } from '#test/support/deployments.js'

interface Page {
  checkout_url: string
  session_id: string
  payment_id: string
  template_id?: string
  code?: string
}

// [MK3] is its last item. The testing checklist of the source "Plan Integration & Marketplace Payment", item by item, by its own words.
describe('Plans and payments for Stacker: the testing checklist of its source', () => {
  let server: TestServer
  let integration: TestUserService
  let connector: UserService
  /** Requires the plan plus and is free of charge. */
  let premium: string
  /** A verified pro stack: sold for 29 dollars. */
  let pro: string
  /** Free, for everybody. */
  let plain: string
  beforeAll(async () => {
    integration = await startUserService()
    integration.profiles.set('token-of-ann', {
      email: 'ann@example.com',
      plan: { name: 'plus', date_end: '2026-01-30', deployments_left: 8, supported_stacks: {} },
      purchased_templates: [12345, 'tpl-uuid'],
    })
    const config = readConfig({ USER_SERVICE_URL: integration.url, SERVICE_TOKEN: 'the-service-token' })
    connector = createUserService(config.userService!, config, { metrics: createMetrics(), timers: systemTimers })
    server = await startTestServer({ start: '2026-01-15T10:00:00Z' })
    const idOf = async (slug: string) => await templateId(server, slug)
    premium = await idOf('wordpress_plus')
    pro = await idOf('static-site')
    plain = await idOf('uptime-kuma')
    await setTemplatePrice(server, await server.token('admin@example.com', { roles: ['admin'] }), pro, {
      amountMinor: 2900,
      currency: 'USD',
      interval: null,
    })
  })
  afterAll(async () => {
    await connector.close()
    await server.close()
    await integration.close()
  })

  const person = async (name: string) => {
    const email = `${name}@example.com`
    const token = await server.token(email)
    const post = async (path: string, body: object) => {
      const answer = await server.rest('POST', path, {
        token,
        body: { user_email: email, user_domain: 'dev.try.direct', ...body },
      })
      return { status: answer.status, body: answer.body as Page }
    }
    return {
      token,
      email,
      upgrade: (plan: string, method = 'stripe') => post('/billing/start', { payment_method: method, plan_name: plan }),
      purchase: (template: string, method = 'stripe') =>
        post('/billing/purchase-template', { payment_method: method, template_id: template }),
      pay: (page: Page) => server.sandboxControl('POST', `checkouts/${page.session_id}/pay`, {}),
      status: async () =>
        (await server.rest('GET', '/billing/status', { token })).body as {
          plan: { name: string; date_end: string | null }
          purchased_templates: string[]
        },
      deploy: async (template: string, key = 'deploy') =>
        (
          await server.graphql<{ startDeployment: { __typename: string; code?: string; price?: unknown } }>(
            `mutation ($id: ID!, $key: String!) { startDeployment(input: { templateId: $id }, key: $key) { __typename denial { __typename code message template { id name } price { money { decimal } } requiredPlan { code } } } }`,
            { id: template, key },
            token,
          )
        ).data.startDeployment,
    }
  }
  /** The page that a browser is sent to. */
  const visit = async (url: string) => {
    const response = await fetch(url)
    return { status: response.status, text: await response.text() }
  }
  const checkoutPage = (templateId?: string) => ({
    status: 200,
    body: {
      checkout_url: expect.stringMatching(/^http/),
      session_id: expect.stringMatching(/./),
      payment_id: expect.stringMatching(/^chk_/),
      ...(templateId ? { template_id: templateId } : {}),
    },
  })

  it('User Service connector returns plan list', async () => {
    expect((await connector.plans()).map(({ name }) => name)).toEqual(['free', 'basic', 'plus', 'individual'])
    const own = (await server.rest('GET', '/server/user/plans/info')).body as { name: string }[]
    expect(own.map(({ name }) => name)).toEqual(['free', 'basic', 'plus', 'individual'])
  })

  it('User Service connector checks user plan status', async () => {
    expect((await connector.profile('token-of-ann'))?.plan).toEqual({ name: 'plus', dateEnd: '2026-01-30' })
    expect(await connector.profile('token-of-nobody')).toBeNull()
  })

  it('User Service connector returns user plan with `purchased_templates` field', async () => {
    expect((await connector.profile('token-of-ann'))?.purchasedTemplates).toEqual(['12345', 'tpl-uuid'])
  })

  it('Payment connector creates Stripe checkout session (plan upgrade)', async () => {
    const { body, status } = await (await person('one')).upgrade('plus')
    expect({ status, body }).toMatchObject(checkoutPage())
    expect(body.session_id).toMatch(/^cs_/)
  })

  it('Payment connector creates PayPal checkout session (plan upgrade)', async () => {
    expect(await (await person('pp-one')).upgrade('plus', 'paypal')).toMatchObject(checkoutPage())
  })

  it('Payment connector creates Stripe session for marketplace template purchase', async () => {
    const answer = await (await person('two')).purchase(pro)
    expect(answer).toMatchObject(checkoutPage(pro))
    const [checkout] = await server.query(`select amount_minor, currency from checkout where id = $1`, [
      answer.body.payment_id,
    ])
    expect(checkout).toEqual({ amount_minor: 2900, currency: 'USD' })
  })

  it('Payment connector creates PayPal session for marketplace template purchase', async () => {
    expect(await (await person('pp-two')).purchase(pro, 'paypal')).toMatchObject(checkoutPage(pro))
  })

  it('Deployment blocked if insufficient plan (returns INSUFFICIENT_PLAN error)', async () => {
    expect(await (await person('three')).deploy(premium)).toMatchObject({
      __typename: 'Denial',
      code: 'INSUFFICIENT_PLAN',
      requiredPlan: { code: 'plus' },
    })
  })

  it('Deployment blocked if marketplace template not purchased (returns TEMPLATE_NOT_PURCHASED error)', async () => {
    expect(await (await person('four')).deploy(pro)).toMatchObject({
      code: 'TEMPLATE_NOT_PURCHASED',
      template: { id: pro },
      price: { money: { decimal: '29.00' } },
    })
  })

  it('Deployment proceeds for free templates with free plan', async () => {
    const five = await person('five')
    expect((await five.status()).plan.name).toBe('free')
    expect(await five.deploy(plain)).toEqual({ __typename: 'DeploymentPayload' })
  })

  it('Deployment proceeds for verified pro templates after purchase', async () => {
    const six = await person('six')
    await six.pay((await six.purchase(pro)).body)
    await eventually(six.status, ({ purchased_templates: owned }) => owned.includes(pro))
    expect(await six.deploy(pro)).toEqual({ __typename: 'DeploymentPayload' })
  })

  it('`/billing/start` endpoint returns valid Stripe checkout URL', async () => {
    const { body } = await (await person('seven')).upgrade('basic')
    expect((await visit(body.checkout_url)).status).toBe(200)
  })

  it(`\`/billing/start\` endpoint returns valid PayPal checkout URL`, async () => {
    const { body } = await (await person('pp-seven')).upgrade('basic', 'paypal')
    expect((await visit(body.checkout_url)).status).toBe(200)
  })

  it('`/billing/purchase-template` endpoint returns valid checkout URL', async () => {
    const { body } = await (await person('eight')).purchase(pro)
    expect((await visit(body.checkout_url)).status).toBe(200)
  })

  it('Redirect to Stripe payment works', async () => {
    const { body } = await (await person('nine')).upgrade('plus')
    const page = await visit(body.checkout_url)
    expect(page.text).toContain('<form')
    expect(page.text).toMatch(/>\s*Pay\b/)
  })

  it('Redirect to PayPal payment works', async () => {
    const { body } = await (await person('pp-nine')).upgrade('plus', 'paypal')
    expect((await visit(body.checkout_url)).text).toContain('<form')
  })

  it('Webhook from Payment Service activates plan in User Service', async () => {
    const ten = await person('ten')
    await ten.pay((await ten.upgrade('plus')).body)
    expect((await eventually(ten.status, ({ plan }) => plan.name === 'plus')).plan).toMatchObject({
      name: 'plus',
      date_end: '2026-02-15',
    })
  })

  it('Webhook from Payment Service marks template as purchased in User Service', async () => {
    const eleven = await person('eleven')
    await eleven.pay((await eleven.purchase(pro)).body)
    expect(
      (await eventually(eleven.status, ({ purchased_templates: owned }) => owned.length > 0)).purchased_templates,
    ).toEqual([pro])
  })

  it('After plan upgrade payment, deployment proceeds successfully', async () => {
    const twelve = await person('twelve')
    expect(await twelve.deploy(premium, 'before')).toMatchObject({ code: 'INSUFFICIENT_PLAN' })
    await twelve.pay((await twelve.upgrade('plus')).body)
    await eventually(twelve.status, ({ plan }) => plan.name === 'plus')
    expect(await twelve.deploy(premium, 'after')).toEqual({ __typename: 'DeploymentPayload' })
  })

  it('After template purchase, user can deploy that template', async () => {
    const thirteen = await person('thirteen')
    expect(await thirteen.deploy(pro, 'before')).toMatchObject({ code: 'TEMPLATE_NOT_PURCHASED' })
    await thirteen.pay((await thirteen.purchase(pro)).body)
    await eventually(thirteen.status, ({ purchased_templates: owned }) => owned.includes(pro))
    expect(await thirteen.deploy(pro, 'after')).toEqual({ __typename: 'DeploymentPayload' })
    expect((await thirteen.purchase(pro)).body.code).toBe('ALREADY_OWNED')
  })

  it('Marketplace template fields (`is_from_marketplace`, `is_paid`, `price`) available in Stacker', async () => {
    const { data } = await server.graphql<{ sold: unknown; free: unknown }>(
      `query ($sold: ID!, $free: ID!) { sold: template(by: { id: $sold }) { isFromMarketplace isPaid price { money { decimal } } } free: template(by: { id: $free }) { isFromMarketplace isPaid price { money { decimal } } } }`,
      { sold: pro, free: plain },
    )
    expect(data).toEqual({
      sold: { isFromMarketplace: true, isPaid: true, price: { money: { decimal: '29.00' } } },
      free: { isFromMarketplace: true, isPaid: false, price: null },
    })
  })
})
