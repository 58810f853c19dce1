import { describeUnless } from '../support/skip.js'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { enqueue, newDeployment, readCommand } from '../support/deployments.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { expectInvariants } from '../support/invariants.js'
import { buildPreviousRelease, previousReleaseIssue } from '../support/previous-release.js'
import { startProcess, type ServerProcess } from '../support/server-process.js'
import { enroll, TestAgent } from '../support/test-agent.js'

const missing = previousReleaseIssue()

// While machines are upgraded one after the other, the release before serves on the schema of this one. It is taken out of the history.
describeUnless(missing)('Previous release on the current schema', () => {
  let server: TestServer
  let old: ServerProcess
  let remove = () => undefined as void
  const log: string[] = []
  beforeAll(async () => {
    server = await startTestServer()
    const built = await buildPreviousRelease()
    remove = () => built.remove()
    const dataDir = join(server.dataDir, 'old')
    mkdirSync(dataDir)
    await server.token('first@example.com') // makes the key of local tokens
    copyFileSync(join(server.dataDir, 'token-key.json'), join(dataDir, 'token-key.json'))
    old = await startProcess(
      {
        DATA_DIR: dataDir,
        DATABASE_URL: server.databaseUrl,
        SECRETS_KEY: 'a secrets key of the tests',
        STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
        STRIPE_WEBHOOK_SECRET: server.webhookSecret,
        STRIPE_API_URL: server.sandbox.url,
        LOG_LEVEL: 'warn',
      },
      (line) => void log.push(line),
      { root: built.root },
    )
  })
  afterAll(async () => {
    await old.stop()
    await server.close()
    remove()
  })

  const ask = async <Data>(url: string, query: string, variables: object, token: string): Promise<Data> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown }
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  const planAt = async (url: string, token: string) =>
    (
      await ask<{ account: { plan: { plan: { code: string } } } }>(
        url,
        `{ account { plan { plan { code } } } }`,
        {},
        token,
      )
    ).account.plan.plan.code

  it('sells a plan that both recognize, whichever of them processes the events', async () => {
    for (const [from, email] of [
      [old.url, 'at-the-old@example.com'],
      [server.url, 'at-the-new@example.com'],
    ] as const) {
      const token = await server.token(email)
      const { startSubscription } = await ask<{ startSubscription: { providerReference: string } }>(
        from,
        `mutation { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: "upgrade") { checkout { providerReference } } }`,
        {},
        token,
      )
      await server.sandboxControl('POST', `checkouts/${startSubscription.providerReference}/pay`, {})
      for (const url of [old.url, server.url])
        await eventually(
          () => planAt(url, token),
          (plan) => plan === 'plus',
          20_000,
        )
    }
  })

  it('serves an agent that registered at the other, in both directions', async () => {
    for (const [first, second] of [
      [old.url, server.url],
      [server.url, old.url],
    ] as const) {
      const deployment = await newDeployment(server)
      const { body } = await enroll(first, deployment.hash, deployment.enrolmentToken)
      const { agent_id: id, agent_token: token } = body.data.item
      const agent = new TestAgent(second, { id, token, hash: deployment.hash })
      const { id: command } = await enqueue(server, deployment)
      const polled = await agent.wait(10)
      expect(polled.body.item?.command_id).toBe(command)
      const reports = new TestAgent(first, { id, token, hash: deployment.hash })
      expect((await reports.report({ command_id: command, status: 'success' })).status).toBe(200)
      await eventually(
        () => readCommand(server, deployment.owner, command),
        ({ status }) => status === 'SUCCEEDED',
      )
    }
  })

  it('consumes units under a key that the other recognizes', async () => {
    const key = await server.serviceKey(['entitlements:read', 'entitlements:write'])
    const token = await server.token('units@example.com')
    const { account } = await ask<{ account: { id: string } }>(old.url, `{ account { id } }`, {}, token)
    const allocate = (url: string) =>
      ask<{ allocate: object }>(
        url,
        `mutation ($account: ID!) { allocate(accountId: $account, feature: "deployments", resourceId: "dep_elsewhere") { allocation { resourceId } denial { code } } }`,
        { account: account.id },
        key,
      )
    const at = { old: await allocate(old.url), new: await allocate(server.url) }
    expect(at.old.allocate).toEqual(at.new.allocate)
    expect(
      await server.query(`select 1 from allocation where resource_id = 'dep_elsewhere' and released_at is null`),
    ).toHaveLength(1)
    await server.query(`update allocation set released_at = allocated_at where resource_id = 'dep_elsewhere'`)
  })

  it('logs no errors, and every invariant of this release holds', async () => {
    await eventually(
      () =>
        server.query(
          `select 1 from inbox_object where pending union all select 1 from outbox_event where state = 'PENDING'`,
        ),
      (open) => open.length === 0,
      20_000,
    )
    expect(log.filter((line) => /"level":(50|60)/.test(line))).toEqual([])
    await expectInvariants(server)
  })
})
