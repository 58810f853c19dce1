import { randomUUID } from 'node:crypto'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { recordStream } from '../support/graphql-stream.js'
import { enroll, TestAgent } from '../support/test-agent.js'
import { templateId } from '#test/support/deployments.js'

const ELIGIBILITY = `query ($template: ID!) {
  template(by: { id: $template }) {
    eligibility {
      allowed
      denials {
        code
        message
        remedies { kind mutation url price { money { decimal currency } interval { unit count } } subject { ... on Plan { code } } }
        requiredPlan { code }
        currentPlan { code }
      }
    }
  }
}`

const BUY = `mutation ($plan: String!, $key: String!) {
  startSubscription(input: { provider: STRIPE, plan: $plan }, key: $key) {
    checkout { __typename id providerReference status url money { decimal } product { code } }
    denial { __typename code message issues { path } subscription { id status plan { code } } }
  }
}`

const DEPLOY = `mutation ($template: ID!, $key: String!) {
  startDeployment(input: { templateId: $template }, key: $key) { __typename enrolmentToken deployment { __typename id hash status apps { code } } denial { __typename code message } }
}`

const ENQUEUE = `mutation ($hash: ID!, $key: String!) {
  enqueueCommand(deploymentId: $hash, command: { restart: { appCode: "wordpress" } }, key: $key) {
    command { __typename id status type parameters }
    denial { code message }
  }
}`

const COMMANDS = `subscription ($hash: ID!, $after: String) {
  commandStatus(deploymentId: $hash, after: $after) {
    __typename
    cursor
    ... on Event { sequence data subject { id } }
  }
}`

interface Change {
  cursor: string
  sequence: number
  data: { status: string; previousStatus: string | null }
  subject: { id: string }
}

interface Eligibility {
  template: {
    eligibility: {
      allowed: boolean
      denials: {
        code: string
        message: string
        requiredPlan: { code: string }
        currentPlan: { code: string }
        remedies: Record<string, never>[]
      }[]
    }
  }
}

describe('First day: subscription, deployment and command', () => {
  let server: TestServer
  let customer: string
  let template: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z' })
    customer = await server.token('customer@example.com')
    template = await templateId(server, 'wordpress_plus')
  })
  afterAll(() => server.close())

  const plan = async () =>
    (
      await server.graphql<{
        account: { plan: { plan: { code: string }; deploymentsLeft: number; endsAt: string | null } }
      }>(`{ account { plan { plan { code } deploymentsLeft endsAt } } }`, {}, customer)
    ).data.account.plan

  it('15 January: denies a Plus template on the free plan, with the upgrade', async () => {
    expect(await plan()).toEqual({ plan: { code: 'free' }, deploymentsLeft: 1, endsAt: null })
    const { data } = await server.graphql<Eligibility>(ELIGIBILITY, { template }, customer)
    expect(data.template.eligibility.allowed).toBe(false)
    const [denial] = data.template.eligibility.denials
    expect(denial).toMatchObject({
      code: 'INSUFFICIENT_PLAN',
      message: "This template requires 'plus' plan or higher. Please upgrade at /billing/start",
      requiredPlan: { code: 'plus' },
      currentPlan: { code: 'free' },
    })
    expect(denial!.remedies[0]).toEqual({
      kind: 'UPGRADE_PLAN',
      mutation: 'startSubscription',
      url: `${server.url}/billing/start`,
      price: { money: { decimal: '20.00', currency: 'USD' }, interval: { unit: 'MONTH', count: 1 } },
      subject: { code: 'plus' },
    })
  })

  it('activates the plan after the payment on the hosted page, live on the dashboard', async () => {
    const events = await recordStream<{ type: string; sequence: number; cursor: string; summary: string }>(
      server.url,
      customer,
      `subscription { billingEvents { __typename ... on Event { type sequence cursor summary } } }`,
    )
    const entitlements = await recordStream<{
      snapshot: boolean
      eventType: string | null
      entitlements: { feature: { code: string }; limit: number }[]
    }>(
      server.url,
      customer,
      `subscription { entitlements { ... on EntitlementsChanged { snapshot eventType entitlements { feature { code } limit } } } }`,
    )
    await entitlements.until((changes) => changes.length === 1)
    const { data } = await server.graphql<{
      startSubscription: { __typename: string; providerReference: string; url: string; status: string }
    }>(BUY, { plan: 'plus', key: 'buy-1' }, customer)
    expect(data.startSubscription).toMatchObject({
      __typename: 'Checkout',
      status: 'OPEN',
      money: { decimal: '20.00' },
      product: { code: 'plus' },
    })
    expect(data.startSubscription.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/c\/pay\/cs_test_/)

    await server.sandboxControl('POST', `checkouts/${data.startSubscription.providerReference}/pay`, {})
    await events.until(
      (seen) =>
        seen.some(({ type }) => type === 'subscription.activated') &&
        seen.some(({ type }) => type === 'checkout.completed'),
    )
    const changes = await entitlements.until((seen) =>
      seen.some(({ eventType }) => eventType === 'subscription.activated'),
    )
    const limits = (change: (typeof changes)[number]) =>
      change.entitlements.find(({ feature }) => feature.code === 'deployments')!.limit
    expect(changes[0]!.snapshot).toBe(true)
    expect([limits(changes[0]!), limits(changes.at(-1)!)]).toEqual([1, 10])
    const sequences = events.events.map(({ sequence }) => sequence)
    expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index))
    await events.stop()
    await entitlements.stop()

    expect(await plan()).toEqual({ plan: { code: 'plus' }, deploymentsLeft: 10, endsAt: '2026-02-15T10:00:00.000Z' })
    const { data: gate } = await server.graphql<Eligibility>(ELIGIBILITY, { template }, customer)
    expect(gate.template.eligibility).toEqual({ allowed: true, denials: [] })
  })

  let hash: string
  let agent: TestAgent

  it('starts a deployment and counts it', async () => {
    const { data } = await server.graphql<{
      startDeployment: { __typename: string; enrolmentToken: string; deployment: { hash: string } }
    }>(DEPLOY, { template, key: 'deploy-1' }, customer)
    expect(data.startDeployment).toMatchObject({ __typename: 'DeploymentPayload', deployment: { status: 'PENDING' } })
    expect((await plan()).deploymentsLeft).toBe(9)
    hash = data.startDeployment.deployment.hash

    const registered = await enroll(server.url, hash, data.startDeployment.enrolmentToken)
    expect(registered.status).toBe(201)
    const { agent_id: id, agent_token: token } = registered.body.data.item
    expect(token).toMatch(/^[A-Za-z0-9_-]{86}$/)
    agent = new TestAgent(server.url, { id, token, hash })
    expect((await enroll(server.url, hash, data.startDeployment.enrolmentToken)).status).toBe(409)

    const again = await server.graphql<{
      startDeployment: { enrolmentToken: string | null; deployment: { hash: string } }
    }>(DEPLOY, { template, key: 'deploy-1' }, customer)
    expect(again.data.startDeployment).toMatchObject({ deployment: { hash }, enrolmentToken: null })
    expect((await plan()).deploymentsLeft).toBe(9)
  })

  it('delivers a restart to the polling agent and streams every state', async () => {
    const dashboard = await recordStream<Change>(server.url, customer, COMMANDS, { hash })
    const poll = agent.wait(100)
    await eventually(
      () => server.query<{ presence: string }>(`select presence from agent`),
      ([row]) => row?.presence === 'ONLINE',
    )
    const { data } = await server.graphql<{ enqueueCommand: { id: string; status: string } }>(
      ENQUEUE,
      { hash, key: 'restart-1' },
      customer,
    )
    expect(data.enqueueCommand).toMatchObject({ __typename: 'Command', status: 'QUEUED', type: 'restart' })
    const { status, body } = await poll
    expect(status).toBe(200)
    expect(body.item).toMatchObject({
      command_id: data.enqueueCommand.id,
      type: 'restart',
      deployment_hash: hash,
      parameters: { app_code: 'wordpress', force: false },
    })

    // The dashboard is disconnected in the middle and resumes at its cursor.
    const before = await dashboard.until((events) => events.length >= 2)
    await dashboard.stop()
    const result = {
      type: 'restart',
      deployment_hash: hash,
      app_code: 'wordpress',
      status: 'ok',
      container_state: 'running',
    }
    const reported = await agent.report({ command_id: body.item!.command_id, status: 'success', result })
    expect(reported).toMatchObject({ status: 200, body: { item: { accepted: true } } })
    const back = await recordStream<Change>(server.url, customer, COMMANDS, { hash, after: before[0]!.cursor })
    const after = await back.until((events) => events.at(-1)?.data.status === 'SUCCEEDED')
    await back.stop()
    const all = [before[0]!, ...after]
    expect(all.map(({ data }) => [data.previousStatus, data.status])).toEqual([
      [null, 'QUEUED'],
      ['QUEUED', 'LEASED'],
      ['LEASED', 'RUNNING'],
      ['RUNNING', 'SUCCEEDED'],
    ])
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => all[0]!.sequence + index))
  })

  it("shows the agent's capabilities and its ONLINE presence", async () => {
    const { data } = await server.graphql<{
      deployment: {
        capabilities: {
          presence: string
          commands: { type: string; supported: boolean }[]
          agent: { softwareVersion: string }
        }
      }
    }>(
      `query ($hash: ID!) { deployment(id: $hash) { capabilities { presence lastHeartbeatAt agent { id softwareVersion } composeAgent fallbackReason commands { type label icon scope requires supported } } } }`,
      { hash },
      customer,
    )
    const { capabilities } = data.deployment
    expect(capabilities).toMatchObject({
      presence: 'ONLINE',
      agent: { softwareVersion: '0.2.1' },
      composeAgent: false,
      fallbackReason: 'MISSING_REGISTRATION',
    })
    expect(capabilities.commands.map(({ type, supported }) => [type, supported])).toEqual([
      ['restart', true],
      ['start', true],
      ['stop', true],
      ['pause', false],
      ['logs', true],
    ])
  })

  it('renews the subscription after a month without effect on the agent', async () => {
    const poll = agent.wait(20)
    await server.advanceTo('2026-02-20T00:00:00Z')
    expect(await plan()).toMatchObject({ plan: { code: 'plus' }, endsAt: '2026-03-15T10:00:00.000Z' })
    const { data } = await server.graphql<{ account: { billing: { events: { nodes: { type: string }[] } } } }>(
      `{ account { billing { events { nodes { type } } } } }`,
      {},
      customer,
    )
    expect(data.account.billing.events.nodes.map(({ type }) => type)).toContain('subscription.renewed')

    await server.graphql(ENQUEUE, { hash, key: randomUUID() }, customer)
    const { status, body } = await poll
    expect([status, body.item?.type]).toEqual([200, 'restart'])
    expect((await agent.report({ command_id: body.item!.command_id, status: 'success' })).status).toBe(200)
  })
})
