import { Viewer } from '@stackgate/client/documents'
import { vendorFigures } from '#test/support/analytics.js'
import { enqueue, deploymentWithAgent } from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'
import { routesOf } from '#test/support/operations.js'
import { startUserService, type TestUserService } from '#test/support/user-service.js'

const DASHBOARD = 'https://dashboard.example.com'

describe('Legacy problems on every route', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CORS_ORIGINS: DASHBOARD } })
  })
  afterAll(() => server.close())

  it('sends deploy secrets to the agent only, never over REST or GraphQL, before and after the report', async () => {
    const served = await deploymentWithAgent(server)
    const secrets = [
      'value-of-a-variable',
      'password-of-a-registry',
      'line-of-a-config-file',
      'environment-in-a-compose-file',
    ]
    const [variable, registry, config, compose] = secrets
    const { id } = await enqueue(server, served, {
      command: {
        deployApp: {
          appCode: 'web',
          envVars: { API_KEY: variable },
          composeContent: `services: {web: {environment: {X: ${compose}}}}`,
          configFiles: [{ content: config, destinationPath: '/etc/app.conf' }],
          registryAuth: { registry: 'registry.example.com', username: 'robot', password: registry },
        },
      },
    })
    const { hash, owner } = served
    const readers = [
      `/api/v1/commands/${hash}?include_results=true`,
      `/api/v1/commands/${hash}/${id}`,
      `/api/v1/agent/deployments/${hash}?include_command_results=true`,
      `/api/v1/deployments/${hash}/state`,
      `/api/v1/deployments/${hash}/events`,
      `/api/v1/deployments/${hash}/plan?operation=deploy`,
      `/api/v1/deployments/hash/${hash}`,
    ]
    const read = async () => {
      const answers = await Promise.all(readers.map((path) => server.rest('GET', path, { token: owner })))
      expect(answers.map(({ status }) => status)).toEqual(readers.map(() => 200))
      const graph = await server.graphql(
        `query ($hash: ID!) { deployment(id: $hash) { latestCommands { id parameters result rawReport warnings { message } }
           commands { nodes { id parameters } } } }`,
        { hash },
        owner,
      )
      expect(graph.errors).toBeUndefined()
      return JSON.stringify([answers.map(({ body }) => body as unknown), graph.data])
    }
    const before = await read()
    expect(before).toContain('API_KEY') // that it was set is no secret
    const { body } = await served.agent.wait(5)
    for (const secret of secrets) expect(JSON.stringify(body.item)).toContain(secret)
    await served.agent.report({
      command_id: id,
      status: 'success',
      result: { output: `pulled with password=${registry}` },
    })
    const after = await read()
    expect(secrets.filter((secret) => before.includes(secret) || after.includes(secret))).toEqual([])
    const own = await fetch(`${server.url}/api/v1/agent/deployments/${hash}`, { headers: served.agent.headers('') })
    const snapshot = await own.text()
    expect([own.status, secrets.filter((secret) => snapshot.includes(secret))]).toEqual([200, []])
  })

  it('responds to a preflight on every route, and allows only the dashboard', async () => {
    const routes = routesOf(server).filter((route) => route.includes(' /api/'))
    expect(routes.length).toBeGreaterThan(40)
    const preflight = (route: string, origin: string) => {
      const [method, path] = route.split(' ') as [string, string]
      return server.rest('OPTIONS', path.replaceAll(/:(\w+)/g, '$1'), {
        headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization' },
      })
    }
    for (const route of routes) {
      const [theirs, foreign] = [await preflight(route, DASHBOARD), await preflight(route, 'https://evil.example.com')]
      expect([route, theirs.status, theirs.headers.get('access-control-allow-origin')]).toEqual([route, 204, DASHBOARD])
      expect([route, foreign.headers.get('access-control-allow-origin')]).not.toEqual([
        route,
        'https://evil.example.com',
      ])
    }
  })
})

describe('marketplace guarantees', () => {
  let server: TestServer
  let integrations: TestUserService
  let vendor: MarketplaceClient
  let reviewer: MarketplaceClient
  beforeAll(async () => {
    integrations = await startUserService()
    server = await startTestServer({ env: { USER_SERVICE_URL: integrations.url, SERVICE_TOKEN: 'the-service-token' } })
    vendor = new MarketplaceClient(server, await server.token('vendor@example.com', { roles: ['vendor'] }))
    reviewer = new MarketplaceClient(server, await server.token('reviewer@example.com', { roles: ['admin'] }))
  })
  afterAll(async () => {
    await server.close()
    await integrations.close()
  })
  const published = (id: string) =>
    integrations
      .callsTo('/marketplace/sync')
      .map(({ body }) => JSON.parse(body) as { external_id: string; action: string; price?: number; name?: string })
      .filter(({ external_id: about }) => about === id)

  it('approves and rejects only templates under review', async () => {
    const { id } = await vendor.create()
    const refused = async () => [(await reviewer.approve(id)).code, (await reviewer.reject(id, 'no')).code]
    expect(await refused()).toEqual(['INVALID_TRANSITION', 'INVALID_TRANSITION'])
    await vendor.submit(id)
    expect(await refused()).toEqual(['INVALID_TRANSITION', 'INVALID_TRANSITION'])
    await reviewer.startReview(id)
    expect((await reviewer.approve(id)).status).toBe('APPROVED')
    expect(await refused()).toEqual(['INVALID_TRANSITION', 'INVALID_TRANSITION'])
  })

  it('sends exact prices, also after an outage, and keeps a template listed while its next version is reviewed', async () => {
    const { id, slug } = await publishTemplate(vendor, reviewer)
    await eventually(
      () => published(id),
      (all) => all.length === 1,
    )
    integrations.override = ({ path }) => (path === '/marketplace/sync' ? { status: 503 } : undefined)
    await vendor.price(id, 1999)
    await eventually(
      () => published(id),
      (all) => all.length > 1,
    )
    integrations.override = null
    await eventually(
      () => integrations.products.get(id)?.['price'],
      (price) => price === 19.99,
      30_000,
    )
    // Eight tenths, which a float would make 0.7999999999999999.
    await vendor.price(id, 10 + 70)
    await eventually(
      () => integrations.products.get(id)?.['price'],
      (price) => price === 0.8,
      30_000,
    )
    const products = (await server.rest('GET', `/api/1.0/products?external_id=${id}`)).body as {
      _items: { product_id: string; price: string }[]
    }
    expect(
      products._items.map(({ product_id: product, price }) => [/^prd_[a-z0-9]{26}$/.test(product), price]),
    ).toEqual([[true, '0.80']])

    await vendor.update(id, { name: 'The next one' })
    await vendor.submit(id)
    await reviewer.startReview(id)
    const { data } = await server.graphql<{ template: { name: string; status: string } }>(
      `query ($slug: String!) { template(by: { slug: $slug }) { name status } }`,
      { slug },
    )
    expect([data.template.status, data.template.name === 'The next one']).toEqual(['APPROVED', false])
    await reviewer.approve(id)
    await eventually(
      () => published(id),
      (all) => all.at(-1)?.name === 'The next one',
    )
    expect(published(id).map(({ action }) => action)).not.toContain('template_rejected')
  })

  it('notifies the agents of a template of its next version, and counts its deployments', async () => {
    const { id, slug } = await publishTemplate(vendor, reviewer)
    const served = await deploymentWithAgent(server, { slug })
    const heard = async () =>
      (
        (await (
          await fetch(`${server.url}/api/v1/agent/notifications?deployment_hash=${served.hash}`, {
            headers: served.agent.headers(''),
          })
        ).json()) as { notifications: { kind: string; stack_id: string }[] }
      ).notifications
    expect(await heard()).toEqual([])
    await vendor.update(id, { name: 'Second' })
    await vendor.submit(id)
    await reviewer.startReview(id)
    await reviewer.approve(id)
    expect(await eventually(heard, (all) => all.length > 0)).toMatchObject([{ kind: 'stack_update_available' }])
    const installs = async () => {
      const { data } = await server.graphql(Viewer, {}, vendor.token)
      const series = await vendorFigures(server, vendor.token, {
        vendor: data.viewer!.vendor!.id,
        metrics: ['TEMPLATE_INSTALLS'],
      })
      return series.find(({ groups }) => groups['TEMPLATE'] === id)?.total
    }
    await eventually(installs, (count) => count === 1)
  })
})
