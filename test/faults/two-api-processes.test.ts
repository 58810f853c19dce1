import { enqueue, newDeployment } from '../support/deployments.js'
import { recordStream } from '../support/graphql-stream.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { expectInvariants } from '../support/invariants.js'
import { enroll, TestAgent } from '../support/test-agent.js'

interface Published {
  readonly cursor: string
  readonly sequence: number
  readonly type: string
}

const NOTIFICATION = `subscription ($after: String) { billingEvents(after: $after, types: ["*", "usage.*"]) { __typename cursor ... on Event { sequence type } } }`

// Two API processes and one worker behind a proxy. test/scenarios/multi-process runs the scenarios with them. Here one
// of them is killed with responses pending: a socket with a subscription, an agent's long poll, and calls in progress.
describe('Loss of one of two servers with pending responses', () => {
  let server: TestServer
  let customer: string
  beforeAll(async () => {
    process.env['STACKGATE_SERVERS'] = '2'
    process.env['STACKGATE_KILL_AFTER'] = '1000000'
    server = await startTestServer()
    customer = await server.token('customer@example.com')
    await server.graphql(`{ account { id } }`, {}, customer)
  })
  afterAll(() => server.close())

  /** Subscribes until a socket is connected to the first server. */
  async function followAtFirst() {
    for (;;) {
      const before = server.balancer!.counts[0]!.sockets
      const followed = await recordStream<Published>(server.url, customer, NOTIFICATION)
      if (server.balancer!.counts[0]!.sockets > before) return followed
      await followed.stop()
    }
  }
  const buy = (key: string) =>
    server.graphql<{ startSubscription: { id: string; providerReference: string } }>(
      `mutation ($key: String!) { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: $key) { checkout { id providerReference } } }`,
      { key },
      customer,
    )

  it("continues streams at their cursors, delivers the agent's command once, and repeats calls under their keys", async () => {
    const followed = await followAtFirst()
    const opened = (await buy('before')).data.startSubscription
    const [first] = await followed.until((events) => events.length > 0, 15_000)

    const deployment = await newDeployment(server)
    const { body } = await enroll(server.url, deployment.hash, deployment.enrolmentToken)
    const { agent_id: id, agent_token: token } = body.data.item
    const agent = new TestAgent(server.url, { id, token, hash: deployment.hash })
    // Polls at both: the agent repeats the interrupted one.
    const polls = [agent.wait(20).catch(() => null), agent.wait(20).catch(() => null)]
    await eventually(
      () => server.query<{ presence: string }>(`select presence from agent`),
      ([row]) => row?.presence === 'ONLINE',
    )
    const calls = Array.from({ length: 20 }, () => buy('before').catch(() => null))
    await server.balancer!.killFirst()
    await Promise.all(calls)

    // A client without a response repeats the call and gets the same checkout.
    expect((await buy('before')).data.startSubscription.id).toBe(opened.id)
    await server.sandboxControl('POST', `checkouts/${opened.providerReference}/pay`, {})
    const back = await recordStream<Published>(server.url, customer, NOTIFICATION, { after: first!.cursor })
    const missed = await back.until((events) => events.some(({ type }) => type === 'subscription.activated'), 20_000)
    expect(missed.map(({ sequence }) => sequence)).toEqual(missed.map((_, index) => first!.sequence + 1 + index))

    const { id: command } = await enqueue(server, deployment)
    const answers = (await Promise.all([...polls, agent.wait(10).catch(() => null)])).flatMap(
      (answer) => answer?.body.item?.command_id ?? [],
    )
    expect(answers).toEqual([command])
    expect((await agent.report({ command_id: command, status: 'success' })).status).toBe(200)
    await back.stop()
    await followed.stop()
    const [checkouts] = await server.query<{ count: number }>(`select count(*)::int as count from checkout`)
    expect(checkouts!.count).toBe(1)
    await expectInvariants(server)
  })

  it('serves only health and metrics in a worker', async () => {
    const at = (path: string) => fetch(`${server.workerUrl}${path}`)
    expect((await at('/health/ready')).status).toBe(200)
    expect(await (await at('/metrics')).text()).toMatch(/^stackgate_inbox_events_total\{.*outcome="processed"\} \d+$/m)
    for (const path of ['/graphql?query={plans{code}}', '/graphiql', '/webhooks/stripe', '/metricsx'])
      expect([path, (await at(path)).status]).toEqual([path, 404])
  })

  it('sends requests and sockets to both before', () => {
    const { counts } = server.balancer!
    expect(counts.every(({ requests }) => requests > 3)).toBe(true)
    expect(counts.every(({ sockets }) => sockets > 0)).toBe(true)
  })
})
