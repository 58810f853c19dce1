import { completedJob, jobInput, readJob } from '#test/support/account-jobs.js'
import { insertDeadLetters } from '#test/support/dead-letters.js'
import { runCommand } from '#test/support/run-command.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { WITHOUT_PROVIDERS } from '#test/support/without-providers.js'

const MODULES = { MODULES: 'core,operations' }

describe('operations with the core alone', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-01-15T10:00:00Z',
      env: { ...WITHOUT_PROVIDERS, ...MODULES, CATALOG: 'agileforge' },
    })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const read = async <Data>(query: string): Promise<Data> => {
    const { data, errors } = await server.graphql<Data>(query, {}, operator)
    expect(errors).toBeUndefined()
    return data
  }
  const person = async (email: string) => {
    const token = await server.token(email)
    const { data } = await server.graphql<{ viewer: { user: { id: string }; account: { id: string } } }>(
      '{ viewer { user { id } account { id } } }',
      {},
      token,
    )
    return { token, userId: data.viewer.user.id, accountId: data.viewer.account.id }
  }
  const start = async (token: string, mutation: string) =>
    (
      await server.graphql<{ job: { id: string; status: string } }>(
        `mutation { job: ${mutation} { accountJob { id status } denial { message } } }`,
        {},
        token,
      )
    ).data.job

  it('export an account, delete it after its grace period, and record both', async () => {
    const ann = await person('ann@example.com')
    const exported = await start(ann.token, `exportAccount${jobInput(ann.accountId, 'e1')}`)
    await completedJob(server, ann.token, exported.id)
    const file = await server.rest('GET', `/api/v1/account-exports/${exported.id}`, { token: ann.token })
    expect(Object.keys((file.body as { tables: object }).tables)).toEqual(
      expect.arrayContaining(['account', 'app_user', 'member', 'audit_entry']),
    )
    expect((file.body as { tables: object }).tables).not.toHaveProperty('invoice')

    const planned = await start(ann.token, `deleteAccount${jobInput(ann.accountId, 'd1')}`)
    expect(planned.status).toBe('SCHEDULED')
    await read('mutation { advanceClock(input: { bySeconds: 1296000 }) { clock { now } denial { message } } }')
    await eventually(
      () => readJob(server, operator, planned.id),
      (job) => job?.status === 'COMPLETED',
    )
    const log = await read<{ auditLog: { nodes: { action: string }[] } }>(
      `{ auditLog(filter: { account: "${ann.accountId}" }) { nodes { action } } }`,
    )
    expect(log.auditLog.nodes.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['account.exported', 'account.deletion_scheduled', 'account.deleted']),
    )
  })

  it('find accounts and users, and none of the types of other modules', async () => {
    const bob = await person('bob@example.com')
    const { search, accounts } = await read<{ search: { id: string }[]; accounts: { nodes: { id: string }[] } }>(
      '{ search(search: "bob@example") { id } accounts(filter: { search: "bob@example" }) { nodes { id } } }',
    )
    expect(search).toEqual([{ id: bob.accountId }, { id: bob.userId }])
    expect(accounts.nodes).toEqual([{ id: bob.accountId }])
    expect(Object.keys(server.app.context.declared.search)).toEqual(['ACCOUNT', 'USER'])
  })

  it('list the queues of their modules, retry a dead letter, and measure them', async () => {
    await insertDeadLetters(server)
    const { queueStats, deadLetters } = await read<{
      queueStats: { queue: string; deadCount: number }[]
      deadLetters: { nodes: { id: string }[] }
    }>('{ queueStats { queue deadCount } deadLetters(queue: MAIL) { nodes { id } } }')
    const queues = ['INBOX', 'MAIL', 'OUTBOX', 'SCHEDULED_JOB', 'WEBHOOK_DELIVERY']
    expect(queueStats.map(({ queue }) => queue).toSorted()).toEqual(queues)
    expect(queueStats.find(({ queue }) => queue === 'MAIL')).toMatchObject({ deadCount: 1 })
    const [letter] = deadLetters.nodes
    expect(
      await read(`mutation { retryDeadLetter(id: "${letter!.id}") { deletedId denial { message } } }`),
    ).toMatchObject({
      retryDeadLetter: { deletedId: letter!.id },
    })
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(metrics).toMatch(/^stackgate_queue_waiting\{queue="mail"\}/m)
    expect(metrics).not.toMatch(
      /queue="(?:usage_report|sync|broker)"|^# HELP \w+_(?:provider|commands|agent|template)/m,
    )
  })

  it('check and run commands of their modules only', async () => {
    const environment = {
      ...WITHOUT_PROVIDERS,
      ...MODULES,
      CATALOG: 'agileforge',
      DATABASE_URL: server.databaseUrl,
      DATA_DIR: server.dataDir,
      PUBLIC_URL: server.url,
      SECRETS_KEY: 'a secrets key of the tests',
    }
    const doctor = await runCommand('doctor', ['--json'], environment)
    const { findings } = JSON.parse(doctor.stdout) as { findings: { check: string }[] }
    const checks = findings.map(({ check }) => check)
    expect(checks).toEqual(expect.arrayContaining(['database', 'migrations', 'queue_mail', 'sealed_secrets']))
    expect(checks.filter((check) => /provider|stripe|paypal|queue_(?:usage_report|sync|broker)/.test(check))).toEqual(
      [],
    )
    for (const [command, args, module] of [
      ['journal', ['2026-01'], 'billing'],
      ['logs', ['abc'], 'deployments'],
    ] as const) {
      const { code, stderr } = await runCommand(command, args, environment)
      expect([code, stderr]).toEqual([2, `stackgate: MODULES: '${command}' is a command of '${module}': add it\n`])
    }
    const invariants = await runCommand('invariants', ['--json'], environment)
    const names = (JSON.parse(invariants.stdout) as { name: string }[]).map(({ name }) => name)
    expect(names).toEqual(server.app.context.declared.invariants.rules.map(({ name }) => name))
  })
})
