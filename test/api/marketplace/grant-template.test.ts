import { templateId } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { setTemplatePrice, ownershipOf } from '#test/support/template-purchases.js'

const GRANT = `mutation ($id: ID!, $key: String!) {
  grantTemplate(accountId: "person:gift@example.com", templateId: $id, reason: "a prize", key: $key) {
    template { id product { code } }
    denial { code }
  }
}`

describe('grantTemplate', () => {
  let server: TestServer
  let admin: string

  /** One-time template without a required plan, so that only the purchase is denied. */
  let once: string

  /** Sold by the month. */
  let monthly: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z' })
    admin = await server.token('admin@example.com', { roles: ['admin'] })
    once = await templateId(server, 'static-site')
    monthly = await templateId(server, 'uptime-kuma')
    await setTemplatePrice(server, admin, once, { amountMinor: 2900, currency: 'USD', interval: null })
    await setTemplatePrice(server, admin, monthly, {
      amountMinor: 500,
      currency: 'USD',
      interval: { unit: 'MONTH', count: 1 },
    })
  })
  afterAll(() => server.close())

  it('grants a template free of charge once, by operators only', async () => {
    const token = await server.token('gift@example.com')
    expect(await ownershipOf(server, token, once)).toMatchObject({ owned: false })
    const give = (by: string, key: string, id = once) =>
      server.graphql<{ grantTemplate: object }>(GRANT, { id, key }, by)
    const granted = { id: once, product: { code: 'static-site' } }
    expect((await give(admin, 'gift')).data.grantTemplate).toMatchObject(granted)
    expect((await give(admin, 'gift')).data.grantTemplate).toMatchObject(granted)
    expect((await give(admin, 'again')).data.grantTemplate).toMatchObject({ code: 'ALREADY_OWNED' })
    expect((await give(admin, 'free', await templateId(server, 'wordpress_plus'))).data.grantTemplate).toMatchObject({
      code: 'NOT_FOR_SALE',
    })
    expect((await give(token, 'own')).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect(await ownershipOf(server, token, once)).toMatchObject({ owned: true, listed: true })
  })
})
