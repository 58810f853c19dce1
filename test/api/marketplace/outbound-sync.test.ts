import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startUserService, type TestUserService } from '#test/support/user-service.js'
import { setTemplatePrice } from '#test/support/template-purchases.js'

describe('Marketplace changes are sent to the User Service', () => {
  let service: TestUserService
  const servers: TestServer[] = []
  beforeAll(async () => {
    service = await startUserService()
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
    service.calls.length = 0
    service.override = null
    service.products.clear()
  })
  afterAll(() => service.close())

  async function open(env: Record<string, string>): Promise<{ server: TestServer; template: string; admin: string }> {
    const server = await startTestServer({ env: { USER_SERVICE_URL: `${service.url}/`, ...env } })
    servers.push(server)
    const admin = await server.token('admin@example.com', { roles: ['admin'] })
    const { data } = await server.graphql<{ template: { id: string } }>(
      `{ template(by: { slug: "static-site" }) { id } }`,
    )
    return { server, template: data.template.id, admin }
  }
  const price = (
    server: TestServer,
    admin: string,
    templateId: string,
    amountMinor: number,
    interval: { unit: string } | null = null,
  ) => setTemplatePrice(server, admin, templateId, { amountMinor, currency: 'USD', interval })
  const syncs = () =>
    service.callsTo('/marketplace/sync').map(({ body, authorization }) => ({
      ...(JSON.parse(body) as { price?: number; external_id?: string }),
      authorization,
    }))
  const messages = (server: TestServer) =>
    server.query<{ state: string; attempts: number; last_error: string | null; action: string }>(
      `select * from template_sync_message order by id`,
    )

  it('sends each change once, in order and complete, with the static bearer token', async () => {
    const { server, template, admin } = await open({ SERVICE_TOKEN: 'the-service-token' })
    const sent = (count: number) =>
      eventually(
        () => messages(server),
        (all) => all.length === count && all.every(({ state }) => state === 'SENT'),
      )
    await price(server, admin, template, 2900)
    // A message contains the state at the time of its writing. Of two changes, the first can be sent with the state
    // after the second.
    await sent(1)
    await price(server, admin, template, 3950, { unit: 'MONTH' })
    await sent(2)
    expect(syncs()).toMatchObject([
      {
        action: 'template_updated',
        stack_template_id: template,
        external_id: template,
        price: 29,
        billing_cycle: 'one_time',
        currency: 'USD',
        code: 'static-site',
        authorization: 'Bearer the-service-token',
      },
      { price: 39.5, billing_cycle: 'monthly' },
    ])
    expect(service.callsTo('/marketplace/sync').map(({ path }) => path)).toEqual([
      '/marketplace/sync',
      '/marketplace/sync',
    ])
    expect(service.products.get(template)).toMatchObject({ price: 39.5 })
  })

  it('retries any status but 200 and 201, and delays the next message until it succeeds', async () => {
    const { server, template, admin } = await open({ SERVICE_TOKEN: 'the-service-token' })
    let denials = 0
    service.override = ({ path }) => (path === '/marketplace/sync' && denials++ < 1 ? { status: 202 } : undefined)
    await price(server, admin, template, 2900)
    const [waiting] = await eventually(
      () => messages(server),
      ([one]) => one?.last_error !== null && one?.last_error !== undefined,
    )
    expect(waiting).toMatchObject({ state: 'PENDING', attempts: 1, last_error: 'answered 202' })
    await price(server, admin, template, 3000)
    await eventually(
      () => messages(server),
      (all) => all.length === 2 && all.every(({ state }) => state === 'SENT'),
      20_000,
    )
    expect(syncs().map(({ price: amount }) => amount)).toEqual([29, 29, 30])
  })

  it('loses nothing in an outage: messages are sent afterwards', async () => {
    const { server, template, admin } = await open({ SERVICE_TOKEN: 'the-service-token' })
    service.override = () => ({ status: 503 })
    expect((await price(server, admin, template, 2900)).errors).toBeUndefined()
    await eventually(
      () => messages(server),
      ([one]) => one?.attempts === 1 && one.last_error !== null,
    )
    service.override = null
    await eventually(
      () => messages(server),
      ([one]) => one?.state === 'SENT',
      20_000,
    )
    expect(service.products.get(template)).toMatchObject({ price: 29 })
    const metrics = (await server.rest('GET', '/metrics')).body as unknown as string
    expect(metrics).toMatch(
      /stackgate_upstream_calls_total\{upstream="user_service_sync",route="sync",outcome="server_error"\} \d/,
    )
    expect(metrics).toContain('stackgate_template_sync_messages_total{outcome="retrying"}')
  })

  it('fetches and caches one token with client credentials, and fetches another after its revocation', async () => {
    const { server, template, admin } = await open({
      SERVICE_CLIENT_ID: 'stackgate',
      SERVICE_CLIENT_SECRET: 'the-client-secret',
    })
    await price(server, admin, template, 2900)
    await eventually(
      () => messages(server),
      ([one]) => one?.state === 'SENT',
    )
    await price(server, admin, template, 3000)
    await eventually(
      () => messages(server),
      (all) => all.length === 2 && all[1]!.state === 'SENT',
    )
    expect(service.callsTo('/oauth/token')).toHaveLength(1)
    service.serviceTokens = new Set(['the-service-token'])
    await price(server, admin, template, 3100)
    await eventually(
      () => messages(server),
      (all) => all.length === 3 && all[2]!.state === 'SENT',
    )
    expect(service.callsTo('/oauth/token')).toHaveLength(2)
    expect(service.products.get(template)).toMatchObject({ price: 31 })
  })

  it('does not send an integration its own content', async () => {
    const { server, template, admin } = await open({ SERVICE_TOKEN: 'the-service-token' })
    const about = {
      action: 'template_approved',
      stack_template_id: 77,
      external_id: 77,
      code: 'theirs',
      name: 'Theirs',
      description: '',
      price: 5,
      vendor_user_id: 1,
      vendor_name: 'V',
    }
    expect((await server.rest('POST', '/marketplace/sync', { token: 'the-service-token', body: about })).status).toBe(
      200,
    )
    await price(server, admin, '77', 600)
    await price(server, admin, template, 2900)
    await eventually(
      () => messages(server),
      (all) => all.length > 0 && all.every(({ state }) => state === 'SENT'),
    )
    expect(syncs().map(({ external_id: id }) => id)).toEqual([template])
  })
})
