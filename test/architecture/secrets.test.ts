import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { keyIdOf } from '#services/kernel/secrets/secret-box.js'
import { writeBackup } from '#services/kernel/backup/write-backup.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { enroll, TestAgent } from '../support/test-agent.js'
import { createSources } from '#services/kernel/context/sources.js'

const ENQUEUE = `mutation ($hash: ID!, $key: String!) {
  enqueueCommand(deploymentId: $hash, command: { restart: { appCode: "wordpress" } }, key: $key) { command { id } }
}`

describe('secrets', () => {
  let server: TestServer
  /** Everything that was confidential in a day's work, by name. */
  const secrets: Record<string, string> = {}
  beforeAll(async () => {
    server = await startTestServer({ env: { LOG_LEVEL: 'trace' } })
    secrets['user token'] = await server.token('customer@example.com')
    secrets['service key'] = await server.serviceKey(['ops:read', 'entitlements:read'])
    secrets['webhook secret'] = server.webhookSecret
    secrets['Stripe key'] = server.app.context.config.stripe!.secretKey
    secrets['PayPal secret'] = server.app.context.config.paypal!.clientSecret
    // A database server of the developer's own may know them without one.
    const { password } = new URL(server.databaseUrl)
    if (password) secrets['database password'] = password
    await buy()
    await runAnAgent()
    await goWrong()
  })
  afterAll(() => server.close())

  async function buy(): Promise<void> {
    const { data } = await server.graphql<{ startSubscription: { providerReference: string } }>(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: "one") { checkout { providerReference } } }`,
      {},
      secrets['user token'],
    )
    await server.sandboxControl('POST', `checkouts/${data.startSubscription.providerReference}/pay`, {})
    await eventually(
      () => server.logLines.filter((line) => line.includes('Subscription created')),
      (lines) => lines.length > 0,
    )
  }

  async function runAnAgent(): Promise<void> {
    const token = secrets['user token']
    const { data: shelf } = await server.graphql<{ template: { id: string } }>(
      `{ template(by: { slug: "wordpress_plus" }) { id } }`,
    )
    const { data } = await server.graphql<{
      startDeployment: { enrolmentToken: string; deployment: { hash: string } }
    }>(
      `mutation ($template: ID!) {
        startDeployment(input: { templateId: $template }, key: "two") { enrolmentToken deployment { hash } }
      }`,
      { template: shelf.template.id },
      token,
    )
    const { enrolmentToken, deployment } = data.startDeployment
    secrets['enrolment token'] = enrolmentToken
    const registered = await enroll(server.url, deployment.hash, enrolmentToken)
    const { agent_id: id, agent_token: agentToken } = registered.body.data.item
    secrets['agent token'] = agentToken
    const agent = new TestAgent(server.url, { id, token: agentToken, hash: deployment.hash })
    await server.graphql(ENQUEUE, { hash: deployment.hash, key: randomUUID() }, token)
    const { body } = await agent.wait(5)
    // Larger than the limit for uncompressed storage: this report is stored compressed, with the agent's leaked secret
    // in its middle.
    secrets['password in a report'] = 'let-slip-by-an-agent-5512'
    const result = {
      output: `${'line\n'.repeat(4000)}DB_PASSWORD=${secrets['password in a report']}\n${'line\n'.repeat(100)}`,
    }
    await agent.report({ command_id: body.item!.command_id, status: 'success', result })
    const { data: rotated } = await server.graphql<{ rotateAgentToken: { token: string } }>(
      `mutation ($hash: ID!) {
        rotateAgentToken(deploymentId: $hash, key: "three") { __typename token }
      }`,
      { hash: deployment.hash },
      token,
    )
    secrets['rotated agent token'] = rotated.rotateAgentToken.token
    await agent.wait(0, { headers: { 'X-Agent-Signature': secrets['enrolment token'] } })
  }

  /** Sends failing requests, each with a secret in a possible place. */
  async function goWrong(): Promise<void> {
    const user = secrets['user token']!
    await server.rest('GET', '/metrics', { token: secrets['service key'] })
    await server.rest('GET', `/api/v1/nothing?token=${user}`, { token: user })
    await server.rest('POST', '/api/v1/agent/register', { body: `{"enrolment_token": "${secrets['enrolment token']}"` })
    await server.rest('POST', '/webhooks/stripe', {
      body: { secret: secrets['webhook secret'] },
      headers: { 'stripe-signature': `t=1,v1=${secrets['webhook secret']}` },
    })
    await server.graphql(`{ account(id: "${user}") { id } `, {}, user)
    await server.graphql(
      `query ($after: String) { account { billing { events(after: $after) { nodes { id } } } } }`,
      { after: user },
      user,
    )
    await server.graphql(`{ viewer { user { id } } }`, {}, `${secrets['service key']}x`)
    await server.graphql(`{ viewer { user { id } } }`, {}, `${user}x`)
  }

  /** Readable content of a row: its text, and its decompressed bytes. */
  const legible = (row: string): string =>
    row +
    [...row.matchAll(/\\x(1f8b[0-9a-f]+)/g)]
      .map(([, bytes]) => gunzipSync(Buffer.from(bytes!, 'hex')).toString('utf8'))
      .join('\n')

  it('are all found, with a log that is not empty', () => {
    expect(Object.entries(secrets).filter(([, value]) => !value || value.length < 8)).toEqual([])
    expect(server.logLines.length).toBeGreaterThan(5)
  })

  it('appear in no log line at any level', () => {
    const log = server.logLines.join('\n')
    expect(Object.keys(secrets).filter((name) => log.includes(secrets[name]!))).toEqual([])
    expect(log).not.toContain(secrets['service key']!.slice(-20))
    expect(log).not.toContain(secrets['user token']!.split('.').at(-1))
  })

  it('appear in no table in clear text', async () => {
    const tables = await server.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    const found: string[] = []
    for (const { name } of tables) {
      const rows = await server.query<{ row: string }>(`select t::text as row from ${name} t`)
      for (const [secret, value] of Object.entries(secrets))
        if (rows.some(({ row }) => legible(row).includes(value))) found.push(`${secret} in ${name}`)
    }
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['stream_event', 'outbox_event', 'idempotency_key', 'agent', 'enrollment_token']),
    )
    expect(found).toEqual([])
    const [zipped] = await server.query<{ row: string }>(
      `select t::text as row from command_report t where encoding = 'GZIP'`,
    )
    expect(legible(zipped!.row)).toContain('DB_PASSWORD=')
  })

  it('appear in no backup in clear text', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-secrets-'))
    try {
      const file = join(folder, 'day.backup')
      await writeBackup({
        ...createSources(),
        databaseUrl: server.databaseUrl,
        file,
        keyIds: [keyIdOf('a secrets key of the tests')],
      })
      const stored = readFileSync(file)
      const opened = gunzipSync(stored).toString('utf8')
      expect(opened).toContain('stackgate-backup')
      expect(opened).not.toContain('a secrets key of the tests')
      // COPY doubles backslashes and writes the bytes of reports as hex.
      const text = legible(opened.replaceAll('\\\\', '\\'))
      expect(text).toContain('DB_PASSWORD=')
      for (const [name, value] of Object.entries(secrets))
        expect([name, text.includes(value), stored.includes(value)]).toEqual([name, false, false])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
