import { randomUUID } from 'node:crypto'
import { eventually, openHouse, type House } from '../support/house.js'
import { enrol, TestAgent } from '../support/test-agent.js'

const ENQUEUE = `mutation ($hash: String!, $key: String!) {
  enqueueCommand(input: { deploymentHash: $hash, command: { restart: { appCode: "wordpress" } }, idempotencyKey: $key }) {
    ... on Command { id }
  }
}`

describe('[SE3] secrets', () => {
  let house: House
  /** Everything that was confidential in a day's work, by name. */
  const secrets: Record<string, string> = {}
  beforeAll(async () => {
    house = await openHouse({ env: { LOG_LEVEL: 'trace' } })
    secrets['user token'] = await house.token('customer@example.com')
    secrets['service key'] = await house.serviceKey(['ops:read', 'entitlements:read'])
    secrets['webhook secret'] = house.webhookSecret
    secrets['Stripe key'] = house.app.context.config.stripe!.secretKey
    secrets['PayPal secret'] = house.app.context.config.paypal!.clientSecret
    // A database server of the developer's own may know them without one.
    const { password } = new URL(house.databaseUrl)
    if (password) secrets['database password'] = password
    await buy()
    await runAnAgent()
    await goWrong()
  })
  afterAll(() => house.close())

  async function buy(): Promise<void> {
    const { data } = await house.graphql<{ startSubscription: { sessionId: string } }>(
      `mutation { startSubscription(input: { plan: "plus", idempotencyKey: "one" }) { ... on Checkout { sessionId } } }`,
      {},
      secrets['user token'],
    )
    await house.control('POST', `checkouts/${data.startSubscription.sessionId}/pay`, {})
    await eventually(
      () => house.logLines.filter((line) => line.includes('Subscription created')),
      (lines) => lines.length > 0,
    )
  }

  async function runAnAgent(): Promise<void> {
    const token = secrets['user token']
    const { data: shelf } = await house.graphql<{ template: { id: string } }>(
      `{ template(slug: "wordpress_plus") { id } }`,
    )
    const { data } = await house.graphql<{
      startDeployment: { enrolmentToken: string; deployment: { hash: string } }
    }>(
      `mutation ($template: ID!) { startDeployment(input: { templateId: $template, idempotencyKey: "two" }) {
         ... on DeploymentStarted { enrolmentToken deployment { hash } } } }`,
      { template: shelf.template.id },
      token,
    )
    const { enrolmentToken, deployment } = data.startDeployment
    secrets['enrolment token'] = enrolmentToken
    const registered = await enrol(house.url, deployment.hash, enrolmentToken)
    const { agent_id: id, agent_token: agentToken } = registered.body.data.item
    secrets['agent token'] = agentToken
    const agent = new TestAgent(house.url, { id, token: agentToken, hash: deployment.hash })
    await house.graphql(ENQUEUE, { hash: deployment.hash, key: randomUUID() }, token)
    const { body } = await agent.wait(5)
    await agent.report({ command_id: body.item!.command_id, status: 'success' })
    const { data: rotated } = await house.graphql<{ rotateAgentToken: { token: string } }>(
      `mutation ($hash: String!) { rotateAgentToken(input: { deploymentHash: $hash, idempotencyKey: "three" }) {
         __typename ... on AgentToken { token } } }`,
      { hash: deployment.hash },
      token,
    )
    secrets['rotated agent token'] = rotated.rotateAgentToken.token
    await agent.wait(0, { headers: { 'X-Agent-Signature': secrets['enrolment token'] } })
  }

  /** Requests that are refused, each with a secret where one may be found. */
  async function goWrong(): Promise<void> {
    const user = secrets['user token']!
    await house.rest('GET', '/metrics', { token: secrets['service key'] })
    await house.rest('GET', `/api/v1/nothing?token=${user}`, { token: user })
    await house.rest('POST', '/api/v1/agent/register', { body: `{"enrolment_token": "${secrets['enrolment token']}"` })
    await house.rest('POST', '/webhooks/stripe', {
      body: { secret: secrets['webhook secret'] },
      headers: { 'stripe-signature': `t=1,v1=${secrets['webhook secret']}` },
    })
    await house.graphql(`{ account(id: "${user}") { id } `, {}, user)
    await house.graphql(
      `query ($after: String) { account { events(after: $after) { nodes { id } } } }`,
      { after: user },
      user,
    )
    await house.graphql(`{ viewer { user { id } } }`, {}, `${secrets['service key']}x`)
    await house.graphql(`{ viewer { user { id } } }`, {}, `${user}x`)
  }

  it('were all seen, and the log was not silent', () => {
    expect(Object.entries(secrets).filter(([, value]) => !value || value.length < 8)).toEqual([])
    expect(house.logLines.length).toBeGreaterThan(5)
  })

  it('stand in no log line, not even at the finest level', () => {
    const log = house.logLines.join('\n')
    expect(Object.keys(secrets).filter((name) => log.includes(secrets[name]!))).toEqual([])
    expect(log).not.toContain(secrets['service key']!.slice(-20))
    expect(log).not.toContain(secrets['user token']!.split('.').at(-1))
  })

  it('stand in no table, in clear', async () => {
    const tables = await house.rows<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    const found: string[] = []
    for (const { name } of tables) {
      const rows = await house.rows<{ row: string }>(`select t::text as row from ${name} t`)
      for (const [secret, value] of Object.entries(secrets))
        if (rows.some(({ row }) => row.includes(value))) found.push(`${secret} in ${name}`)
    }
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['stream_event', 'outbox_event', 'idempotency_key', 'agent', 'enrolment']),
    )
    expect(found).toEqual([])
  })
})
