import { rulesUnder } from '#services/kernel/retention/retention-rule.js'
import { allDeclared } from '#modules/all-declarations.js'
import { decideLoadRange } from '#services/deployments/queries/load-history.js'
import { storeSample } from '#services/deployments/hooks/store-sample.js'
import { runRetention } from '#services/kernel/retention/run-retention.js'
import { newDeployment, type TestDeployment } from '#test/support/deployments.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const HISTORY = `query ($hash: ID!, $from: DateTime, $to: DateTime, $resolution: LoadResolution) {
  deployment(id: $hash) { name server { loadHistory(from: $from, to: $to, resolution: $resolution) {
    receivedAt cpuUsagePercent peakCpuUsagePercent memoryUsedPercent peakMemoryUsedPercent diskUsedPercent peakDiskUsedPercent } } } }`

interface Point {
  readonly receivedAt: string
  readonly cpuUsagePercent: number | null
  readonly peakCpuUsagePercent: number | null
  readonly memoryUsedPercent: number | null
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

describe('History of the load of a server', () => {
  let server: TestServer
  let deployment: TestDeployment
  let accountId: string
  const statements: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void statements.push(text) } })
    deployment = await newDeployment(server)
    const [row] = await server.query<{ id: string }>(`select account_id as id from deployment where id = $1`, [
      deployment.id,
    ])
    accountId = row!.id
  })
  afterAll(() => server.close())
  beforeEach(() => server.query(`delete from server_load`))

  const sample = (measures: Record<string, number>) =>
    storeSample(
      server.app.context.database,
      { deploymentId: deployment.id, accountId },
      { timestamp_ms: Date.now(), ...measures },
    )
  /** A minute in the past, as if it had been measured then. */
  const minute = (startedAt: Date, cpu: number) =>
    server.query(`insert into server_load values ($1, $2, 60, $3, 1, $4, $4, 0, 0, null, 0, 0, null)`, [
      deployment.id,
      startedAt,
      accountId,
      cpu,
    ])
  const read = async (variables: Record<string, unknown> = {}) => {
    const { data, errors } = await server.graphql<{
      deployment: { name: string | null; server: { loadHistory: Point[] | null } }
    }>(HISTORY, { hash: deployment.hash, ...variables }, deployment.owner)
    return { points: data.deployment.server.loadHistory, errors }
  }

  it('has the average and the maximum of each period, and null for what was not measured', async () => {
    statements.length = 0
    await sample({ cpu_usage_pct: 10, memory_used_pct: 40 })
    expect(statements.filter((text) => text.includes('server_metrics'))).toHaveLength(1)
    await sample({ cpu_usage_pct: 30 })
    const { points } = await read({ resolution: 'DAY' })
    expect(points).toMatchObject([
      {
        cpuUsagePercent: 20,
        peakCpuUsagePercent: 30,
        memoryUsedPercent: 40,
        peakMemoryUsedPercent: 40,
        diskUsedPercent: null,
        peakDiskUsedPercent: null,
      },
    ])
  })

  it('ignores a sample that is older than the latest one', async () => {
    await sample({ cpu_usage_pct: 10 })
    await storeSample(
      server.app.context.database,
      { deploymentId: deployment.id, accountId },
      { timestamp_ms: 1000, cpu_usage_pct: 90 },
    )
    expect((await read({ resolution: 'DAY' })).points).toMatchObject([{ peakCpuUsagePercent: 10 }])
  })

  it('becomes coarser with age, and ends after 90 days', async () => {
    const now = Math.floor(Date.now() / 3_600_000) * 3_600_000
    const at = (days: number, minutes: number) => new Date(now - days * DAY_MS + minutes * MINUTE_MS)
    for (const days of [0.5, 3, 30, 100]) for (const minutes of [0, 5, 12, 40]) await minute(at(days, minutes), minutes)
    const rules = rulesUnder(server.app.context.config, allDeclared.retention).filter(({ name }) =>
      name.startsWith('server_load'),
    )
    await runRetention(server.app.context, rules)
    await runRetention(server.app.context, rules)
    const rows = await server.query<{ days: string; width: number; count: number }>(
      `select round(extract(epoch from $1::timestamptz - started_at) / 43200) / 2 as days, width, count(*)::int as count
       from server_load group by 1, 2 order by 1`,
      [new Date(now)],
    )
    expect(rows.map(({ days, width, count }) => [Number(days), width, count])).toEqual([
      [0.5, 60, 4],
      [3, 600, 3],
      [30, 3_600, 1],
    ])
    const { points } = await read({ from: at(31, 0), to: at(29, 0), resolution: 'HOUR' })
    expect(points).toMatchObject([
      { receivedAt: at(30, 0).toISOString(), cpuUsagePercent: (5 + 12 + 40) / 4, peakCpuUsagePercent: 40 },
    ])
    const days = (await read({ from: at(4, 0), to: at(2, 0), resolution: 'TEN_MINUTES' })).points
    expect(days!.map(({ cpuUsagePercent }) => cpuUsagePercent)).toEqual([2.5, 12, 40])
  })

  it('refuses too many periods, without emptying the page', async () => {
    const from = new Date(Date.now() - 30 * DAY_MS).toISOString()
    const { points, errors } = await read({ from, resolution: 'MINUTE' })
    expect(points).toBeNull()
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', field: 'resolution' }, path: ['deployment', 'server', 'loadHistory'] },
    ])
    expect((await read({ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' })).errors).toHaveLength(1)
  })

  it('is read for a list of deployments with one statement', async () => {
    for (let count = 0; count < 4; count++)
      await server.query(
        `insert into deployment (id, account_id, hash, stack, status, apps, created_at) values ($1, $2, $1, 'x', 'PENDING', '[]', now())`,
        [server.app.context.database.newId('dep'), accountId],
      )
    const all = await statementsOf(statements, () =>
      server.graphql(
        `{ viewer { account { deployments(first: 10) { nodes { server { loadHistory { cpuUsagePercent } } } } } } }`,
        {},
        deployment.owner,
      ),
    )
    expect(all.filter((text) => text.includes('server_load'))).toHaveLength(1)
    expect(maxRepetitions(all)).toBeLessThanOrEqual(3)
  })
})

describe('decideLoadRange', () => {
  const now = new Date('2026-11-22T12:34:56Z')
  const ago = (days: number) => new Date(now.getTime() - days * DAY_MS)

  it.each([
    [{}, 600],
    [{ from: ago(0.1) }, 60],
    [{ from: ago(7) }, 3_600],
    [{ from: ago(90) }, 86_400],
    [{ from: ago(90), resolution: 'DAY' as const }, 86_400],
  ])('chooses the finest resolution for %j', (request, seconds) => {
    const range = decideLoadRange(request, now)
    expect(range.seconds).toBe(seconds)
    expect(range.from.getTime() % (seconds * 1000)).toBe(0)
    expect(range.to.getTime()).toBeGreaterThanOrEqual(now.getTime())
  })

  it.each([[{ from: ago(1), resolution: 'MINUTE' as const }], [{ from: ago(5_000) }], [{ from: now, to: now }]])(
    'refuses %j',
    (request) => {
      expect(() => decideLoadRange(request, now)).toThrow(/more than 1000 points|before to/)
    },
  )
})
