import { randomUUID } from 'node:crypto'
import { ChangePlan, StartDeployment, StopDeployment } from '@stackgate/client/documents'
import { templateId } from '#test/support/deployments.js'
import { expectInvariants } from '#test/support/invariants.js'
import { subscribe, type Subscriber } from '#test/support/subscribers.js'
import { enroll } from '#test/support/test-agent.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Denial {
  readonly code: string
  readonly message: string
  readonly remedies: readonly { readonly kind: string; readonly label: string }[]
}

interface Started {
  readonly hash: string
  readonly token: string
}

describe('Managed servers of a plan', () => {
  let server: TestServer
  let template: string
  beforeAll(async () => {
    server = await startTestServer()
    template = await templateId(server, 'static-site')
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const subscriber = () => subscribe(server, `${randomUUID()}@example.com`, { plan: 'basic' })
  const request = async ({ token }: Subscriber, reference?: string) => {
    const { data, errors } = await server.graphql(
      StartDeployment,
      { input: { templateId: template, ...(reference ? { server: { reference } } : {}) }, key: randomUUID() },
      token,
    )
    expect(errors).toBeUndefined()
    return data.startDeployment as unknown as {
      readonly code?: string
      readonly enrolmentToken: string | null
      readonly deployment?: { readonly hash: string }
    } & Partial<Denial>
  }
  const start = async (who: Subscriber, reference?: string): Promise<Started> => {
    const { deployment, enrolmentToken } = await request(who, reference)
    return { hash: deployment!.hash, token: enrolmentToken! }
  }
  const stop = (who: Subscriber, hash: string) =>
    server.graphql(StopDeployment, { id: hash, key: randomUUID() }, who.token)
  const register = async ({ hash, token }: Started, hostname: string) => {
    const { status, body } = await enroll(server.url, hash, token, ['docker'], hostname)
    return { status, ...(body as unknown as Partial<Denial>) }
  }
  const serversOf = async ({ accountId, token }: Subscriber) => {
    const { data } = await server.graphql<{ check: { entitlement: { used: number; limit: number } } }>(
      `query ($account: ID!) { check(accountId: $account, feature: "managed_servers", amount: 0) { entitlement { used limit } } }`,
      { account: accountId },
      token,
    )
    return [data.check.entitlement.used, data.check.entitlement.limit]
  }

  it('are counted by what agents report: one for all deployments of a server, and no second one', async () => {
    const who = await subscriber()
    const [first, second, third] = [await start(who), await start(who), await start(who)]
    expect(await serversOf(who)).toEqual([0, 1])
    expect((await register(first, 'web-1')).status).toBe(201)
    expect((await register(second, 'web-1')).status).toBe(201)
    expect(await serversOf(who)).toEqual([1, 1])
    const denied = await register(third, 'web-2')
    expect(denied).toMatchObject({
      code: 'LIMIT_REACHED',
      remedies: expect.arrayContaining([
        expect.objectContaining({ action: { type: 'change_plan', plan: 'basic', interval: 'month', quantity: 2 } }),
      ]),
    })
    expect(await serversOf(who)).toEqual([1, 1])
    // Paying for it lifts the denial, and the token is still valid.
    const { errors } = await server.graphql(
      ChangePlan,
      { input: { plan: 'basic', quantity: 2 }, key: 'two' },
      who.token,
    )
    expect(errors).toBeUndefined()
    expect((await register(third, 'web-2')).status).toBe(201)
    expect(await serversOf(who)).toEqual([2, 2])
    await stop(who, first.hash)
    expect(await serversOf(who)).toEqual([2, 2])
    await stop(who, second.hash)
    expect(await serversOf(who)).toEqual([1, 2])
  })

  it('are counted by the name that a start has, also in eligibility and under parallel starts', async () => {
    const who = await subscriber()
    const started = await Promise.all(['a', 'b', 'c'].map((name) => request(who, `server-${name}`)))
    const allowed = started.flatMap(({ deployment }) => deployment ?? [])
    expect(started.filter(({ code }) => code === 'LIMIT_REACHED')).toHaveLength(2)
    expect(allowed).toHaveLength(1)
    expect(await serversOf(who)).toEqual([1, 1])
    const [row] = await server.query<{ server: string }>(`select server from deployment where account_id = $1`, [
      who.accountId,
    ])
    const other = row!.server === 'server-a' ? 'server-b' : 'server-a'
    expect((await request(who, row!.server)).deployment?.hash).toBeDefined()
    const eligibility = async (reference: string) => {
      const { data } = await server.graphql<{
        template: { eligibility: { allowed: boolean; denials: { code: string }[] } }
      }>(
        `query ($id: ID!, $server: ServerInput) { template(by: { id: $id }) { eligibility(server: $server) { allowed denials { code } } } }`,
        { id: template, server: { reference } },
        who.token,
      )
      return data.template.eligibility
    }
    expect(await eligibility(row!.server)).toEqual({ allowed: true, denials: [] })
    expect(await eligibility(other)).toEqual({ allowed: false, denials: [{ code: 'LIMIT_REACHED' }] })
    expect(await request(who, other)).toMatchObject({
      code: 'LIMIT_REACHED',
      remedies: expect.arrayContaining([expect.objectContaining({ label: 'Pay Basic for 2 managed servers' })]),
    })
    const { hash } = allowed[0]!
    await stop(who, hash)
    expect(await serversOf(who)).toEqual([1, 1])
  })

  it('keep the name of the start when the agent reports another one', async () => {
    const who = await subscriber()
    const one = await start(who, 'eu-1')
    expect((await register(one, 'web-7')).status).toBe(201)
    expect(await serversOf(who)).toEqual([1, 1])
    const { data } = await server.graphql<{ startDeployment: { issues: { code: string }[] } }>(
      `mutation ($input: StartDeploymentInput!) { startDeployment(input: $input, key: "bad") { denial { issues { code } } } }`,
      { input: { templateId: template, server: { reference: 'two words' } } },
      who.token,
    )
    expect(data.startDeployment.issues).toHaveLength(1)
  })

  it('are counted again when the agent of a deployment is linked to another server', async () => {
    const who = await subscriber()
    const [first, second] = [await start(who), await start(who)]
    for (const one of [first, second]) expect((await register(one, 'web-1')).status).toBe(201)
    const post = async (path: string, body: object) => {
      const response = await fetch(`${server.url}/api/v1/agent/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status: response.status, body: (await response.json()) as Record<string, string> }
    }
    const login = await post('login', { email: who.email, password: who.token })
    const link = (hash: string, hostname: string) =>
      post('link', {
        session_token: login.body['session_token'],
        deployment_id: hash,
        server_fingerprint: { hostname },
        capabilities: [],
      })
    expect((await link(second.hash, 'web-2')).body['code']).toBe('LIMIT_REACHED')
    await stop(who, first.hash)
    expect((await link(second.hash, 'web-2')).status).toBeLessThan(300)
    expect(await serversOf(who)).toEqual([1, 1])
    const counted = await server.query(
      `select resource_id from allocation where account_id = $1 and feature = 'managed_servers' and released_at is null`,
      [who.accountId],
    )
    expect(counted).toEqual([{ resource_id: 'web-2' }])
  })
})
