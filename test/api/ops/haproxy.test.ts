import { spawnSync } from 'node:child_process'
import { createStackgate } from '@stackgate/client'
import WebSocket from 'ws'
import { startApiProcesses, type ApiProcess } from '#test/support/api-processes.js'
import { deploymentWithAgent, enqueue } from '#test/support/deployments.js'
import { newAccount } from '#test/support/entitlements.js'
import { noHaproxy, startHaproxy, type Haproxy } from '#test/support/haproxy.js'
import { describeUnless } from '#test/support/skip.js'
import { TestAgent } from '#test/support/test-agent.js'
import { text } from '#test/packages/client/support.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { startCheckout } from '#test/support/buy-plan.js'

const PROCESSES = 2
const ascending = (a: number, b: number) => a - b
const ACCOUNT = text<object>('{ account { id } }')
const EVENTS = text<
  { events: { __typename: string; cursor: string; type: string } },
  { account: string }
>(`subscription Changes($account: ID, $after: String) {
  billingEvents(accountId: $account, after: $after) {
    __typename cursor ... on Event { sequence type } } }`)

describeUnless(noHaproxy())('HAProxy with deploy/haproxy.cfg', () => {
  let server: TestServer
  let processes: ApiProcess[]
  let proxy: Haproxy
  beforeAll(async () => {
    server = await startTestServer()
    await server.token('first@example.com')
    processes = await startApiProcesses(server, PROCESSES)
    proxy = await startHaproxy(processes.map(({ port }) => port))
  })
  afterAll(async () => {
    await proxy.stop()
    await Promise.all(processes.map((each) => each.stop()))
    await server.close()
  })

  /** Number of requests that each process received during the work. */
  async function received(work: () => Promise<unknown>): Promise<number[]> {
    const before = await proxy.servers()
    await work()
    const after = await proxy.servers()
    return after.map(({ total }, index) => total - before[index]!.total)
  }

  const ask = async (headers: Record<string, string>, path = '/graphql') => {
    const response = await fetch(`${proxy.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ plans { code } }' }),
    })
    expect(response.status).toBe(200)
    await response.text()
  }
  const times = async (count: number, work: () => Promise<unknown>) => {
    for (let number = 0; number < count; number++) await work()
  }

  it('is accepted by HAProxy without a warning', () => {
    const checked = spawnSync('haproxy', ['-c', '-f', 'deploy/haproxy.cfg'], { encoding: 'utf8' })
    expect(`${checked.stdout}${checked.stderr}`).not.toMatch(/ALERT|WARNING/)
    expect(checked.status).toBe(0)
  })

  it('leads all requests of an account to one process, by header or address', async () => {
    const used = new Set<number>()
    for (let number = 0; number < 24; number++) {
      const account = `acc_${number}`
      const byHeader = await received(() => times(3, () => ask({ 'x-stackgate-account': account })))
      expect(byHeader.toSorted(ascending)).toEqual([0, 3])
      const byAddress = await received(() => ask({}, `/graphql?account=${account}`))
      expect(byAddress.indexOf(1)).toBe(byHeader.indexOf(3))
      used.add(byHeader.indexOf(3))
    }
    expect(used.size).toBe(PROCESSES)
  })

  it('distributes requests without an account over all processes', async () => {
    expect(Math.min(...(await received(() => times(10, () => ask({})))))).toBeGreaterThanOrEqual(3)
  })

  it('grants nothing by the header: another account stays invisible', async () => {
    const accountId = await newAccount(server, 'owner@example.com')
    const other = await server.token('other@example.com')
    const response = await fetch(`${proxy.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${other}`,
        'x-stackgate-account': accountId,
      },
      body: JSON.stringify({ query: `{ account { name } other: account(id: "${accountId}") { id } }` }),
    })
    expect(await response.json()).toMatchObject({ data: { account: { name: 'other@example.com' }, other: null } })
  })

  it('allows browsers of other origins to send the header', async () => {
    const response = await fetch(`${proxy.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin: server.app.context.config.corsOrigins[0]!,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-stackgate-account',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-headers')).toContain('x-stackgate-account')
  })

  it.each(['websocket', 'sse'] as const)(
    'leads requests and %s streams of our client to the same process',
    async (transport) => {
      const email = `${transport}@example.com`
      const account = await newAccount(server, email)
      const token = await server.token(email)
      const client = createStackgate({
        url: `${proxy.url}/graphql`,
        token,
        account,
        transport,
        WebSocket,
      })
      const requests = await received(() => times(2, () => client.request(ACCOUNT)))
      const types: string[] = []
      let arrived: () => void = () => undefined
      const first = new Promise<void>((resolve) => (arrived = resolve))
      let opened: () => void = () => undefined
      const live = new Promise<void>((resolve) => (opened = resolve))
      const streams = await received(async () => {
        const handle = await client.follow(
          EVENTS,
          { account },
          {
            onItem: (item) => {
              types.push(item.type)
              arrived()
            },
            onState: ({ state }) => (state === 'live' ? opened() : undefined),
          },
        )
        await live
        const providerReference = await startCheckout(server, token, { plan: 'plus', idempotencyKey: 'one' })
        await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
        await first
        handle.close()
      })
      client.close()
      expect(types.length).toBeGreaterThan(0)
      expect(requests.toSorted(ascending)).toEqual([0, 2])
      expect(streams.indexOf(1)).toBe(requests.indexOf(2))
    },
  )

  it("leads an agent's polls to one process and delivers a command that another one queued", async () => {
    const deployment = await deploymentWithAgent(server)
    const agent = new TestAgent(proxy.url, deployment.agent.identity)
    const polls = await received(() => times(3, () => agent.wait(0)))
    expect(polls.toSorted(ascending)).toEqual([0, 3])
    const waiting = agent.wait(60)
    const { id } = await enqueue(server, deployment)
    expect((await waiting).body.item?.command_id).toBe(id)
    expect((await agent.report({ command_id: id, status: 'success' })).status).toBe(200)
  })

  it('serves no metrics to clients', async () => {
    expect((await fetch(`${proxy.url}/metrics`)).status).toBe(404)
  })
})
