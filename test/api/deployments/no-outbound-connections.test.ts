import { createServer, Socket, type AddressInfo, type Server } from 'node:net'
import { enqueue, readCommand, deploymentWithAgent, requestDeployment } from '#test/support/deployments.js'
import { enroll } from '#test/support/test-agent.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startComposeAgent, startVault } from '#test/support/stub-servers.js'

type Connect = typeof Socket.prototype.connect

/** Every port that this process dials, from now until it is stopped. */
function recordDials(): { ports: (number | string)[]; stop(): void } {
  const ports: (number | string)[] = []
  const prototype = Socket.prototype as { connect: Connect }
  const real = prototype.connect
  prototype.connect = function (this: Socket, ...args: unknown[]) {
    const [first] = (Array.isArray(args[0]) ? args[0] : args) as unknown[]
    const target = typeof first === 'object' ? (first as { port?: number; path?: string }) : { port: Number(first) }
    ports.push(Number(target.port) || String(target.path))
    return (real as (...all: unknown[]) => Socket).apply(this, args)
  }
  return { ports, stop: () => void (prototype.connect = real) }
}

describe('No outbound connections to agents', () => {
  let server: TestServer
  let trap: Server
  const caught: string[] = []
  beforeAll(async () => {
    trap = createServer((socket) => {
      caught.push(String(socket.remotePort))
      socket.destroy()
    })
    await new Promise<void>((ready) => trap.listen(0, '127.0.0.1', ready))
    // The address of an agent, as upstream's configuration named it, is ignored.
    server = await startTestServer({ env: { AGENT_BASE_URL: trapUrl() } })
  })
  afterAll(async () => {
    await server.close()
    await new Promise((closed) => trap.close(closed))
  })
  const trapUrl = () => `http://127.0.0.1:${(trap.address() as AddressInfo).port}`

  it('connects only to the database, the sandbox and itself during the life of a deployment', async () => {
    const allowed = [new URL(server.databaseUrl), new URL(server.url), new URL(server.sandbox.url)].map(({ port }) =>
      Number(port),
    )
    const dials = recordDials()
    try {
      const served = await deploymentWithAgent(server)
      const poll = served.agent.wait(10)
      const { id } = await enqueue(server, served)
      await poll
      await served.agent.report({ command_id: id, status: 'success', result: { callback: trapUrl() } })
      const rest = await server.rest('POST', '/api/v1/commands/enqueue', {
        token: served.owner,
        body: {
          deployment_hash: served.hash,
          command_type: 'health',
          parameters: { container: trapUrl(), app_code: 'all' },
        },
      })
      expect(rest.status).toBe(202)
      await served.agent.wait(1)
      await server.graphql(
        `mutation ($hash: ID!) { rotateAgentToken(deploymentId: $hash, key: "r") { denial { code } } }`,
        { hash: served.hash },
        served.owner,
      )
      await server.rest('GET', `/api/v1/deployments/${served.hash}/capabilities`, { token: served.owner })
      const canceled = await enqueue(server, served)
      await server.graphql(
        `mutation ($id: ID!) { cancelCommand(id: $id) { denial { code } } }`,
        { id: canceled.id },
        served.owner,
      )
      await server.graphql(
        `mutation ($hash: ID!) { stopDeployment(id: $hash, key: "s") { denial { code } } }`,
        { hash: served.hash },
        served.owner,
      )
      const again = await requestDeployment(server, served.owner)
      await enroll(server.url, again.deployment.hash, null, [`agent_url=${trapUrl()}`])
      await eventually(
        () => readCommand(server, served.owner, id),
        ({ status }) => status === 'SUCCEEDED',
      )
      // The workers behind the requests get their turn.
      await new Promise((wake) => setTimeout(wake, 1200))
    } finally {
      dials.stop()
    }
    expect(dials.ports.length).toBeGreaterThan(0)
    expect(dials.ports.filter((port) => !allowed.includes(Number(port)))).toEqual([])
    expect(caught).toEqual([])
  })

  it('connects to the compose agent and the Vault on the compose path only', async () => {
    const [compose, vault] = [await startComposeAgent('the-token-of-the-compose-agent'), await startVault('vault-root')]
    const env = { ALLOWED_PRIVATE_HOSTS: '127.0.0.1', VAULT_ADDR: vault.url, VAULT_TOKEN: 'vault-root' }
    const other = await startTestServer({ env })
    const ours = [other.databaseUrl, other.url, other.sandbox.url].map((url) => Number(new URL(url).port))
    const names = new Map<number, string>([
      [Number(new URL(compose.url).port), 'compose agent'],
      [Number(new URL(vault.url).port), 'vault'],
    ])
    /**
     * Returns the addresses that the work connects to, other than this server. Kept-alive connections are closed first.
     */
    const dialled = async (work: () => Promise<unknown>) => {
      const dials = recordDials()
      try {
        await work()
        await new Promise((wake) => setTimeout(wake, 300)) // work that runs after the response
      } finally {
        dials.stop()
      }
      const foreign = dials.ports.filter((port) => !ours.includes(Number(port)))
      return [...new Set(foreign.map((port) => names.get(Number(port)) ?? String(port)))].toSorted()
    }
    try {
      const served = await deploymentWithAgent(other) // its token is written to the Vault
      const path = (name: string) => `/api/v1/compose/${served.hash}/${name}`
      const post = (name: string, body: object) => other.rest('POST', path(name), { token: served.owner, body })
      await post('register', { url: compose.url, token: 'the-token-of-the-compose-agent' })
      expect(compose.calls).toEqual([]) // an address that was named is not tried
      // The pulling path, the dashboards and the other surfaces leave both alone.
      expect(
        await dialled(async () => {
          const poll = served.agent.wait(5)
          const { id } = await enqueue(other, served, { command: { restart: { appCode: 'web' } } })
          await poll
          await served.agent.report({ command_id: id, status: 'success' })
          for (const name of ['capabilities', 'state', 'events', 'plan?operation=deploy'])
            await other.rest('GET', `/api/v1/deployments/${served.hash}/${name}`, { token: served.owner })
          await other.rest('POST', path('heartbeat'), {
            token: 'the-token-of-the-compose-agent',
            body: { status: 'healthy' },
          })
          await other.rest('GET', `/api/health/deployment/${served.hash}/app/nope`, { token: served.owner })
        }),
      ).toEqual([])
      expect(compose.calls).toEqual([])
      expect(await dialled(() => other.rest('GET', path('status'), { token: served.owner }))).toContain('compose agent')
      await post('restart', { app_code: 'web' })
      expect(compose.calls.map(({ method, path: requested }) => `${method} ${requested.split('?')[0]}`)).toEqual([
        'GET /api/v1/status',
        'POST /api/v1/restart',
      ])
    } finally {
      await other.close()
      await Promise.all([compose.close(), vault.close()])
    }
  })
})
