import pg from 'pg'
import { Consume, GrantCredits } from '@stackgate/client/documents'
import { schemaOf } from '#modules/compose.js'
import { allModules } from '#modules/all-modules.js'
import { installedModules } from '#modules/installed-modules.js'
import { checkQueues } from '#services/catalog/doctor/check-database.js'
import { changeJob, jobInput, readJob } from '#test/support/account-jobs.js'
import { accountIdOf } from '#test/support/accounts.js'
import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { runStatements } from '#test/support/test-database.js'

describe('A module of a used database', () => {
  let server: TestServer
  let key: string
  let accountId: string
  /** Tables of all modules but the core. */
  let absent: string[]
  let serial = 0
  beforeAll(async () => {
    const core = schemaOf(await installedModules(['core'])).tables
    absent = [...schemaOf(allModules).tables].filter((table) => !core.has(table)).toSorted()
    server = await startTestServer({
      isEmpty: true,
      start: new Date().toISOString(),
      env: { CATALOG: 'agileforge', MODULES: 'core' },
    })
    key = await server.serviceKey(['entitlements:write', 'credits:write'])
    accountId = await accountIdOf(server, await server.token('ada@example.com'))
  })
  afterAll(() => server.close())

  const logged = (text: string): string[] =>
    server.logLines.map((line) => (JSON.parse(line) as { msg: string }).msg).filter((message) => message.includes(text))

  const use = async (amount: number): Promise<void> => {
    const variables = { input: { accountId, feature: 'ai_stories', amount }, key: `use-${++serial}` }
    expect((await server.graphql(Consume, variables, key)).data.consume).toMatchObject({ amount })
  }

  const used = async (): Promise<number> =>
    (await server.query<{ used: number }>(`select sum(used)::int as used from quota_usage`))[0]!.used

  /** Number and content of the rows of all modules but the core. */
  async function rows(): Promise<Record<string, string>> {
    const client = new pg.Client({ connectionString: server.databaseUrl })
    await client.connect()
    const { rows: found } = await client.query<{ name: string; content: string }>(
      absent
        .map(
          (table) =>
            `select '${table}' as name, count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as content from ${table} t`,
        )
        .join(' union all '),
    )
    await client.end()
    return Object.fromEntries(found.map(({ name, content }) => [name, content]))
  }

  it('gets its tables when it is added, and its rows stay while it is not installed', async () => {
    const credits = { accountId, feature: 'ai_stories', amount: 40, reason: 'a start' }
    expect((await server.graphql(GrantCredits, { input: credits, key: 'grant' }, key)).errors).toBeUndefined()
    await use(3)
    const tables = await server.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public'`,
    )
    expect(tables.map(({ name }) => name).filter((name) => absent.includes(name))).toEqual([])

    await server.whileStopped(() => Promise.resolve(), { MODULES: '' })
    expect(logged('was added').toSorted()).toEqual(
      ['billing', 'deployments', 'marketplace', 'operations'].map(
        (module) => `the module ${module} was added: its tables were created`,
      ),
    )
    expect(logged('is not installed')).toEqual([])
    expect(await used()).toBe(3)
    const buyer = await Buyer.named(server, 'ada@example.com')
    await buyer.buy('startSubscription', { plan: 'professional', interval: { unit: 'MONTH' } })
    await buyer.buy('purchasePackage', { package: 'stories_50' })
    await untilQuiet(server)
    await use(30)
    await expectInvariants(server)

    let before: Record<string, string> = {}
    await server.whileStopped(
      async () => {
        // Work that a stop leaves.
        await runStatements(server.databaseUrl, [
          `update outbox_event set state = 'PENDING', relayed_at = null, attempts = 0 where type = 'purchase.paid'`,
          `update inbox_event set state = 'RECEIVED', processed_at = null where object_key like 'subscription:%'`,
          `update inbox_object set pending = true, available_at = now() where object_key like 'subscription:%'`,
        ])
        before = await rows()
      },
      { MODULES: 'core' },
    )
    expect(logged('is not installed').toSorted()).toEqual(
      ['billing', 'deployments', 'marketplace', 'operations'].map(
        (module) =>
          `the module ${module} is not installed: its tables and rows stay, and its scheduled jobs wait until it is there again`,
      ),
    )
    await use(5)
    // Work of the core is done, and work of the other modules waits.
    await eventually(
      () => server.query(`select from outbox_event where state = 'PENDING' and type <> 'purchase.paid'`),
      (open) => open.length === 0,
    )
    const waiting = `select
      (select count(*)::int from outbox_event where state = 'PENDING' and type = 'purchase.paid' and attempts = 0) as events,
      (select count(*)::int from inbox_object where pending and attempts = 0 and object_key like 'subscription:%') as objects,
      (select count(*)::int from scheduled_job where attempts = 0 and kind like 'subscription.%') as jobs`
    expect(await server.query(waiting)).toEqual([{ events: 1, objects: 1, jobs: expect.any(Number) }])
    // Work that waits for a module is no stuck work. It is older than any worker would let it be.
    await server.query(`update outbox_event set available_at = now() - interval '1 hour' where state = 'PENDING'`)
    await server.query(`update inbox_object set available_at = now() - interval '1 hour' where pending`)
    await server.query(
      `update scheduled_job set available_at = now() - interval '1 hour', run_at = now() - interval '1 hour' where kind like 'subscription.%'`,
    )
    const { context } = server.app
    const queues = await checkQueues(context, context.clock.now())
    expect(queues.filter(({ status }) => status === 'problem')).toEqual([])
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(metrics.match(/^stackgate_queue_waiting\{queue="(inbox|outbox|scheduled_job)"\} .*$/gm)?.toSorted()).toEqual(
      ['inbox', 'outbox', 'scheduled_job'].map((queue) => `stackgate_queue_waiting{queue="${queue}"} 0`),
    )
    await expectInvariants(server)

    let after: Record<string, string> = {}
    await server.whileStopped(
      async () => {
        after = await rows()
      },
      { MODULES: '' },
    )
    expect(before['billing_subscription']).toMatch(/^1 /)
    expect(after).toEqual(before)
    await untilQuiet(server)
    expect(await server.query(`select state from outbox_event where type = 'purchase.paid'`)).toEqual([
      { state: 'RELAYED' },
    ])
    const { plan, purchases } = await buyer.account()
    expect([plan.plan.code, purchases.nodes.length, await used()]).toEqual(['professional', 1, 38])
    expect(logged('was added')).toHaveLength(4)
    await expectInvariants(server)
  })

  it('keeps an account until it can erase its rows, if it was removed', async () => {
    await server.whileStopped(() => Promise.resolve(), { MODULES: 'core,operations' })
    const admin = await server.token('root@example.com', { roles: ['admin'] })
    const owner = await server.token('ada@example.com')
    const { id } = await changeJob(server, owner, `deleteAccount${jobInput(accountId, 'delete')}`)
    await server.advanceTo(new Date(Date.now() + 15 * 86_400_000).toISOString())
    const waiting = await eventually(
      () => readJob(server, admin, id),
      (job) => job?.blockedReason !== null,
    )
    expect(waiting).toMatchObject({ status: 'SCHEDULED', blockedReason: expect.stringContaining('not installed') })
    expect(absent.some((table) => waiting!.blockedReason!.includes(` ${table}.`))).toBe(true)
    expect(await server.query(`select name from account where id = $1`, [accountId])).toEqual([
      { name: 'ada@example.com' },
    ])
  })
})
