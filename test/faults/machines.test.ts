import { randomUUID } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { startApiProcess, type ApiProcess } from '../support/api-processes.js'
import { deploymentWithAgent, enqueue } from '../support/deployments.js'
import { entitlementService, grantTestCredits, newAccount } from '../support/entitlements.js'
import { expectInvariants } from '../support/invariants.js'
import { openTcpProxy, type TcpProxy } from '../support/tcp-proxy.js'
import { TestAgent } from '../support/test-agent.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { USAGE_FEATURE, usageCatalog } from '../support/usage-catalog.js'
import { CREATE_ENDPOINT } from '../support/webhook-endpoints.js'
import { startWebhookReceiver } from '../support/webhook-receiver.js'

const CATALOG = usageCatalog()
const FIVE_MINUTES_MS = 300_000
const CONSUME = `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id } denial { code } } }`

const GRANT = `mutation ($input: GrantCreditsInput!, $key: String!) { grantCredits(input: $input, key: $key) { creditGrant { __typename } denial { code } } }`

interface Result {
  readonly id: string | null
  readonly code: string | null
}

// One process of several fails in a way that it cannot notice, and another process serves its clients.
describe('Faults between machines', () => {
  let server: TestServer
  let key: string
  const started: ApiProcess[] = []
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG, ALLOWED_PRIVATE_HOSTS: '127.0.0.1' } })
    await server.token('first@example.com')
    key = (await entitlementService(server)).key
  })
  afterEach(async () => {
    for (const each of started.splice(0)) await each.kill()
  })
  afterAll(() => server.close())

  async function start(name: string, env: Readonly<Record<string, string>> = {}): Promise<ApiProcess> {
    const child = await startApiProcess(server, name, { CATALOG, ...env })
    started.push(child)
    return child
  }
  async function consume(url: string, accountId: string, idempotencyKey: string): Promise<Result> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({
        query: CONSUME,
        variables: { input: { accountId, feature: USAGE_FEATURE, amount: 1 }, key: idempotencyKey },
      }),
    })
    const { data, errors } = (await response.json()) as {
      data?: { consume: { consumption: { id: string } | null; denial: { code: string } | null } | null }
      errors?: { extensions: { code: string } }[]
    }
    const { consumption, denial } = data?.consume ?? {}
    return { id: consumption?.id ?? null, code: errors?.[0]?.extensions.code ?? denial?.code ?? null }
  }
  const suspend = ({ pid }: ApiProcess) => process.kill(pid, 'SIGSTOP')
  const resume = ({ pid }: ApiProcess) => process.kill(pid, 'SIGCONT')
  const usedUnits = async (accountId: string) => {
    const [row] = await server.query<{ units: number }>(
      `select coalesce(-sum(amount), 0)::int as units from ledger_entry where account_id = $1 and kind = 'CONSUME'`,
      [accountId],
    )
    return row!.units
  }

  it('counts each key once if a suspended process resumes after another one served its clients', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, USAGE_FEATURE, 100)
    const suspended = await start('suspended')
    const results = new Map<string, Result>()
    const pending: Promise<unknown>[] = []
    for (let count = 0; count < 120; count++) {
      const name = `suspended-${count}`
      pending.push(consume(suspended.url, accountId, name).then((result) => results.set(name, result)))
      if (count === 60) {
        await eventually(
          () => results.size,
          (size) => size > 0,
        )
        suspend(suspended)
      }
    }
    const elsewhere = new Map<string, Result>()
    for (let count = 0; count < 120; count++)
      elsewhere.set(`suspended-${count}`, await consume(server.url, accountId, `suspended-${count}`))
    expect([...elsewhere.values()].filter(({ id }) => id !== null)).toHaveLength(120)
    resume(suspended)
    await Promise.all(pending)
    expect(results).toEqual(elsewhere)
    expect(await usedUnits(accountId)).toBe(120)
    // 25 of the plan and 100 of the grant: the cache of the process that was suspended must not grant more.
    const rest = []
    for (let count = 0; count < 10; count++) rest.push(await consume(suspended.url, accountId, `rest-${count}`))
    expect(rest.filter(({ id }) => id !== null)).toHaveLength(5)
    await expectInvariants(server)
  })

  it('delivers a command once if the process with the long poll is suspended when it is queued', async () => {
    const deployment = await deploymentWithAgent(server)
    const suspended = await start('suspended-poll')
    const before = new TestAgent(suspended.url, deployment.agent.identity)
    const abandoned = before.wait(60)
    await eventually(
      () => server.query<{ presence: string }>(`select presence from agent where id = $1`, [before.identity.id]),
      ([row]) => row?.presence === 'ONLINE',
    )
    suspend(suspended)
    const { id } = await enqueue(server, deployment)
    const agent = new TestAgent(server.url, deployment.agent.identity)
    const { body } = await agent.wait(60)
    expect(body.item?.command_id).toBe(id)
    expect((await agent.report({ command_id: id, status: 'success' })).status).toBe(200)
    resume(suspended)
    const { id: next } = await enqueue(server, deployment)
    // The abandoned poll is still open, so that it receives the next command, and never the first one.
    expect((await abandoned).body.item?.command_id).toBe(next)
  })

  it('keeps a webhook delivery that another process completed after the lease had expired', async () => {
    const receiver = await startWebhookReceiver()
    const accountId = await newAccount(server, 'webhooks@example.com')
    const operator = await server.token('operator@example.com', { roles: ['admin'] })
    const types = ['credits.granted']
    const endpoint = { url: `${receiver.url}/hook`, types, allAccounts: true }
    const { data } = await server.graphql<{ createWebhookEndpoint: { secret: string } }>(
      CREATE_ENDPOINT,
      { input: endpoint, key: randomUUID() },
      operator,
    )
    expect(data.createWebhookEndpoint.secret).toMatch(/^whsec_/)
    let suspended!: ApiProcess
    let isHanging = true
    receiver.answer = () => ({ status: 204, hang: isHanging })
    await server.whileStopped(async () => {
      suspended = await start('suspended-worker', { ROLE: 'all', ALLOWED_PRIVATE_HOSTS: '127.0.0.1' })
      const grant = { accountId, feature: USAGE_FEATURE, amount: 1, reason: 'A test.' }
      const response = await fetch(`${suspended.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${operator}` },
        body: JSON.stringify({ query: GRANT, variables: { input: grant, key: randomUUID() } }),
      })
      expect(await response.json()).toMatchObject({
        data: { grantCredits: { creditGrant: { __typename: 'CreditGrant' } } },
      })
      await eventually(
        () => receiver.received.length,
        (count) => count > 0,
      )
      suspend(suspended)
    })
    isHanging = false
    await server.query(
      `update webhook_delivery set lease_until = now() - interval '1 second' where state = 'PENDING' and lease_token is not null`,
    )
    const deliveries = () =>
      server.query<{ id: string; state: string; attempts: number; log: unknown }>(
        `select id, state, attempts, attempt_log as log, lease_token from webhook_delivery order by id`,
      )
    await eventually(deliveries, (rows) => rows.length > 0 && rows.every(({ state }) => state === 'DELIVERED'))
    const delivered = await deliveries()
    resume(suspended)
    // The request of the suspended process fails now, and its result must not replace the delivery.
    await receiver.close()
    for (let count = 0; count < 3; count++)
      expect((await consume(suspended.url, accountId, `after-${count}`)).id).not.toBeNull()
    await suspended.stop()
    expect(await deliveries()).toEqual(delivered)
  })

  it('serves through another process while one is cut off from the database, and agrees with it afterwards', async () => {
    const { hostname, port } = new URL(server.databaseUrl)
    const network: TcpProxy = await openTcpProxy({ host: hostname, port: Number(port) })
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, USAGE_FEATURE, 10)
    const isolated = await start('isolated', { DATABASE_URL: network.through(server.databaseUrl) })
    expect((await consume(isolated.url, accountId, 'before')).id).not.toBeNull()
    network.silence()
    const failed = consume(isolated.url, accountId, 'during')
    const elsewhere = await consume(server.url, accountId, 'during')
    expect(elsewhere.id).not.toBeNull()
    expect(await failed).toEqual({ id: null, code: 'UNAVAILABLE' })
    const readiness = () => fetch(`${isolated.url}/health/ready`).then(({ status }) => status)
    await eventually(readiness, (status) => status === 503)
    // 25 of the plan and 10 of the grant, of which two are used.
    for (let count = 0; count < 33; count++)
      expect((await consume(server.url, accountId, `rest-${count}`)).id).not.toBeNull()
    await network.mend()
    await eventually(readiness, (status) => status === 200)
    expect(await consume(isolated.url, accountId, 'during')).toEqual(elsewhere)
    expect(await consume(isolated.url, accountId, 'one-too-many')).toEqual({ id: null, code: 'QUOTA_EXCEEDED' })
    expect(await usedUnits(accountId)).toBe(35)
    await isolated.kill()
    await network.close()
    await expectInvariants(server)
  })

  it.each([FIVE_MINUTES_MS, -FIVE_MINUTES_MS])(
    'counts and expires exactly in a process whose clock is %d ms off, which is not ready',
    async (shift) => {
      const preload = pathToFileURL('test/support/shifted-clock.mjs').href
      const accountId = await newAccount(server)
      const wrong = await start(`shifted${shift}`, {
        NODE_OPTIONS: `--import ${preload}`,
        CLOCK_SHIFT_MS: String(shift),
      })
      const ready = await eventually(
        () => fetch(`${wrong.url}/health/ready`),
        ({ status }) => status === 503,
      )
      expect(await ready.json()).toMatchObject({ clock: 'wrong' })
      // A request that still reaches it has the same result as at any other process.
      const deployment = await deploymentWithAgent(server)
      const { id } = await enqueue(server, deployment)
      const first = await consume(wrong.url, accountId, 'same')
      expect(first.id).not.toBeNull()
      expect(await consume(server.url, accountId, 'same')).toEqual(first)
      const agent = new TestAgent(server.url, deployment.agent.identity)
      expect((await agent.wait(10)).body.item?.command_id).toBe(id)
      const [row] = await server.query<{ off: number }>(
        `select abs(extract(epoch from at - now()))::int as off from ledger_entry where account_id = $1 and kind = 'CONSUME'`,
        [accountId],
      )
      const [clock] = await server.query<{ off: number }>(
        `select abs(extract(epoch from now - now()))::int as off from business_clock`,
      )
      expect(Math.abs(row!.off - clock!.off)).toBeLessThan(60)
      await expectInvariants(server)
    },
  )
})
