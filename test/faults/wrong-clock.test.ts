import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { catalogFixture } from '#test/support/catalog-fixture.js'
import { assignPlan } from '#services/entitlements/plans/assign-plan.js'
import { createServiceKey } from '#services/identity/tokens/service-keys.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { openTestDatabase, type OpenedDatabase } from '../support/open-database.js'
import { eventually } from '../support/test-server.js'
import type { ServerProcess } from '../support/server-process.js'
import { startTestModeServer } from '../support/test-mode-server.js'
import { execute, query, queryRow } from '#test/support/plain-sql.js'

const DAY_MS = 86_400_000
const FORTY_DAYS_MS = 40 * DAY_MS
const PRELOAD = pathToFileURL(join(process.cwd(), 'test/support/shifted-clock.mjs')).href

interface Ready {
  readonly status: number
  readonly clock: string
}

// Outside the sandbox the business clock is the database's time. A process whose own clock is wrong must not end what others were given.
describe('Process with a clock 40 days ahead', () => {
  let opened: OpenedDatabase
  let key: string
  const dataDir = mkdtempSync(join(tmpdir(), 'stackgate-clock-'))
  const logLines: string[] = []
  beforeAll(async () => {
    opened = await openTestDatabase()
    key = await createServiceKey(opened.database, 'test', {
      name: 'test',
      scopes: ['entitlements:write', 'ops:read'],
      accountId: null,
    })
  })
  afterAll(async () => {
    await opened.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const servers: ServerProcess[] = []
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })

  const start = async (name: string, env: Record<string, string> = {}): Promise<ServerProcess> => {
    const server = await startTestModeServer(
      {
        databaseUrl: opened.url,
        dataDir: join(dataDir, name),
        env: { NODE_OPTIONS: `--import ${PRELOAD}`, CLOCK_SHIFT_MS: String(FORTY_DAYS_MS), ...env },
      },
      (line) => void logLines.push(line),
    )
    servers.push(server)
    return server
  }
  const ask = async (server: ServerProcess, verb: string, body: object) => {
    const response = await fetch(`${server.url}/api/v1/entitlements/${verb}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const readiness = async (server: ServerProcess): Promise<Ready> => {
    const response = await fetch(`${server.url}/health/ready`)
    return { status: response.status, clock: ((await response.json()) as { clock: string }).clock }
  }
  /** An account with a paid plan for thirty days. */
  async function payingAccount(externalId: string): Promise<string> {
    const { database } = opened
    const id = database.newId('acc')
    await execute(database, `insert into account (id, kind, external_id, name) values ($1, 'PERSON', $2, $2)`, [
      id,
      externalId,
    ])
    const plan = await queryRow<{ id: string }>(
      database,
      `select v.id from plan_version v join plan p on p.id = v.plan_id where p.code = 'professional'`,
    )
    const now = new Date()
    await database.transaction((transaction) =>
      assignPlan(
        transaction,
        catalogFixture,
        {
          accountId: id,
          groupCode: 'main',
          planVersionId: plan!.id,
          sourceType: 'operator',
          sourceId: externalId,
          quantity: 1,
          since: now,
          periodEnd: new Date(now.getTime() + 30 * DAY_MS),
        },
        now,
      ),
    )
    return id
  }
  const plansOf = (accountId: string) =>
    query(opened.database, `select * from plan_assignment where account_id = $1 and ended_at is null`, [accountId])
  /** Scheduled work that is due by the database's clock. It is gone when a process has run it. */
  const scheduleNow = (dueKey: string) =>
    scheduleJob(opened.database, { kind: 'plan.expire', key: dueKey, accountId: null, runAt: new Date() })
  const scheduledNow = (dueKey: string) =>
    query(opened.database, `select id from scheduled_job where key = $1`, [dueKey])

  it('is not ready, runs no scheduled jobs, and expires no plan or reservation until its clock is right', async () => {
    // The first start loads the catalog.
    const honest = await start('honest', { CLOCK_SHIFT_MS: '0', ROLE: 'api' })
    const accountId = await payingAccount('paying@example.com')
    const hold = await ask(honest, 'reserve', {
      account_id: accountId,
      feature: 'ai_stories',
      amount: 5,
      expires_in_seconds: 3600,
      idempotency_key: 'hold',
    })
    expect(hold.status).toBe(200)
    await scheduleNow('due-now')

    const wrong = await start('wrong')
    expect(await readiness(wrong)).toEqual({ status: 503, clock: 'wrong' })
    expect(await readiness(honest)).toEqual({ status: 200, clock: 'ok' })
    expect(logLines.find((line) => line.includes('clock differs from the database clock'))).toContain(
      '"skewSeconds":34',
    )
    const metrics = await (await fetch(`${wrong.url}/metrics`)).text()
    expect(Number(/^stackgate_clock_skew_seconds (\S+)$/m.exec(metrics)![1])).toBeCloseTo(FORTY_DAYS_MS / 1000, -1)

    // The reservation does not end by decisions of the wrong process.
    const use = { account_id: accountId, feature: 'ai_stories', amount: 1, idempotency_key: 'use' }
    expect((await ask(wrong, 'consume', use)).status).toBe(200)
    const commit = await ask(honest, 'commit', { reservation_id: hold.body['id'], idempotency_key: 'commit' })
    expect([commit.status, commit.body['code']]).toEqual([200, undefined])
    expect(await scheduledNow('due-now')).toHaveLength(1)

    process.kill(wrong.pid, 'SIGUSR2')
    await eventually(
      () => readiness(wrong),
      ({ status }) => status === 200,
      30_000,
    )
    await eventually(
      () => scheduledNow('due-now'),
      (rows) => rows.length === 0,
      30_000,
    )
    expect(await plansOf(accountId)).toHaveLength(1)
  })

  it('does the same if the clock jumps at run time', async () => {
    const server = await start('jumping', { CLOCK_SHIFTED_AT_START: 'false' })
    expect(await readiness(server)).toEqual({ status: 200, clock: 'ok' })
    const accountId = await payingAccount('jump@example.com')
    process.kill(server.pid, 'SIGUSR2')
    await eventually(
      () => readiness(server),
      ({ status }) => status === 503,
      30_000,
    )
    await scheduleNow('due-after-the-jump')
    const use = { account_id: accountId, feature: 'ai_stories', amount: 1, idempotency_key: 'use' }
    expect((await ask(server, 'consume', use)).status).toBe(200)
    process.kill(server.pid, 'SIGUSR2')
    await eventually(
      () => scheduledNow('due-after-the-jump'),
      (rows) => rows.length === 0,
      30_000,
    )
    expect(await plansOf(accountId)).toHaveLength(1)
    expect((await readiness(server)).status).toBe(200)
  })
})
