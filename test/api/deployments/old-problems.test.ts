import { enqueue, servedDeployment } from '../../support/deployments.js'
import { openHouse, type House } from '../../support/house.js'
import { routesOf } from '../../support/operations.js'

const DASHBOARD = 'https://dashboard.example.com'

describe('What the old server did wrong, at every door', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse({ env: { CORS_ORIGINS: DASHBOARD } })
  })
  afterAll(() => house.close())

  it('[S8.9] secrets of a deploy reach the agent and no reader: not over REST, not over GraphQL, before and after the report', async () => {
    const served = await servedDeployment(house)
    const secrets = [
      'value-of-a-variable',
      'password-of-a-registry',
      'line-of-a-config-file',
      'environment-in-a-compose-file',
    ]
    const [variable, registry, config, compose] = secrets
    const { id } = await enqueue(house, served, {
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
      const answers = await Promise.all(readers.map((path) => house.rest('GET', path, { token: owner })))
      expect(answers.map(({ status }) => status)).toEqual(readers.map(() => 200))
      const graph = await house.graphql(
        `query ($hash: String!) { deployment(hash: $hash) { latestCommands { id parameters result rawReport warnings { message } }
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
    const own = await fetch(`${house.url}/api/v1/agent/deployments/${hash}`, { headers: served.agent.headers('') })
    const snapshot = await own.text()
    expect([own.status, secrets.filter((secret) => snapshot.includes(secret))]).toEqual([200, []])
  })

  it('[S8.15] a preflight is answered at every route, and lets in nobody but the dashboard', async () => {
    const routes = routesOf(house).filter((route) => route.includes(' /api/'))
    expect(routes.length).toBeGreaterThan(40)
    const preflight = (route: string, origin: string) => {
      const [method, path] = route.split(' ') as [string, string]
      return house.rest('OPTIONS', path.replaceAll(/:(\w+)/g, '$1'), {
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
