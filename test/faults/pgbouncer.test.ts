import { variablesOf } from '../support/mutations.js'
import { randomUUID } from 'node:crypto'
import { examineInstallation } from '#startup/examine-installation.js'
import { requireUsablePooler } from '#services/kernel/database/usable-server.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { entitlementService, newAccount } from '../support/entitlements.js'
import { recordStream } from '../support/graphql-stream.js'
import { expectInvariants } from '../support/invariants.js'
import { noPgbouncer, preparePooler, startPgBouncer, type PgBouncer } from '../support/pgbouncer.js'
import { runCommand } from '../support/run-command.js'
import { describeUnless } from '../support/skip.js'
import { cloneDatabase } from '../support/test-database.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'

const GRANT = `mutation ($input: GrantCreditsInput!, $key: String!) { grantCredits(input: $input, key: $key) { denial { code } } }`
const GRANTS = 150
const CALLERS = 6

describeUnless(noPgbouncer())('PgBouncer in transaction mode', () => {
  let pooler: PgBouncer
  let server: TestServer
  beforeAll(async () => {
    pooler = await startPgBouncer()
    server = await startTestServer({
      env: { CATALOG: 'agileforge' },
      poolerThrough: async (url) => {
        await preparePooler(url)
        return pooler.through(url)
      },
    })
  })
  afterAll(async () => {
    await server.close()
    await pooler.close()
  })
  const env = (databaseUrl: string) => ({
    DATABASE_URL: pooler.through(databaseUrl),
    DATABASE_DIRECT_URL: databaseUrl,
    DATA_DIR: server.dataDir,
    SECRETS_KEY: 'a secrets key of the tests',
    CATALOG: 'agileforge',
  })

  it('is refused without the settings of its sessions, and accepted after the command', async () => {
    const database = await cloneDatabase()
    const url = pooler.through(database.url)
    const check = () => requireUsablePooler({ url, timers: systemTimers })
    await expect(check()).rejects.toThrow(/lack the settings of Stackgate \(.*statement_timeout.*prepare-pooler/)
    expect(await runCommand('db', ['prepare-pooler'], env(database.url))).toMatchObject({ code: 0 })
    await pooler.stop()
    await pooler.start()
    await check()
    await database.drop()
  })

  it('serves accounts, usage, streams and agents without state in its sessions', async () => {
    const token = await server.token('customer@example.com')
    const accountId = await newAccount(server, 'customer@example.com')
    const service = await entitlementService(server)
    const stream = await recordStream<{ type: string }>(
      server.url,
      token,
      `subscription { billingEvents(types: ["*", "usage.*"]) { ... on Event { type } } }`,
    )
    expect((await service.consume({ accountId, feature: 'ai_stories', amount: 2 })).__typename).toBe('Consumption')
    await stream.until((events) => events.length > 0)
    await stream.stop()
    const sessions = await server.app.context.database.pool.query<{ prepared: number; timeout: string; zone: string }>(
      `select (select count(*)::int from pg_prepared_statements) as prepared,
         current_setting('statement_timeout') as timeout, current_setting('timezone') as zone`,
    )
    expect(sessions.rows).toEqual([{ prepared: 0, timeout: '15s', zone: 'UTC' }])
    await expectInvariants(server)
  })

  it('is examined by the doctor', async () => {
    const findings = await examineInstallation(env(server.databaseUrl), false)
    expect(findings.filter(({ check }) => check === 'pooler')).toEqual([
      { check: 'pooler', status: 'ok', found: 'the sessions of DATABASE_URL have the required settings', todo: null },
    ])
  })

  it('loses and doubles nothing when it is killed and restarted under load', async () => {
    const operator = await server.token('operator@example.com', { roles: ['root'] })
    const accountIds = await Promise.all(Array.from({ length: 3 }, () => newAccount(server)))
    const waiting = Array.from({ length: GRANTS }, (_, index) => ({
      accountId: accountIds[index % accountIds.length]!,
      feature: 'ai_stories',
      amount: 1,
      reason: 'Granted while the pooler restarts.',
      idempotencyKey: randomUUID(),
    }))
    let acknowledged = 0
    let repeated = 0
    const caller = async () => {
      for (let input = waiting.shift(); input; input = waiting.shift()) {
        const { data, errors } = await server.graphql<{ grantCredits: { __typename: string } }>(
          GRANT,
          variablesOf('grantCredits', input),
          operator,
        )
        if (errors) {
          expect(errors[0]!.extensions.code).toBe('UNAVAILABLE')
          repeated++
          waiting.push(input)
        } else {
          expect(data.grantCredits.__typename).toBe('CreditGrant')
          acknowledged++
        }
      }
    }
    const callers = Array.from({ length: CALLERS }, caller)
    for (const share of [0.25, 0.6]) {
      await eventually(
        () => acknowledged,
        (count) => count >= GRANTS * share,
      )
      await pooler.stop()
      await eventually(
        () => repeated,
        (count) => count > 0,
      )
      await pooler.start()
      repeated = 0
    }
    await Promise.all(callers)
    expect(acknowledged).toBe(GRANTS)
    const [granted] = await server.query(
      `select count(*)::int as grants, sum(amount)::int as units from credit_grant where account_id = any($1)`,
      [accountIds],
    )
    expect(granted).toEqual({ grants: GRANTS, units: GRANTS })
    await expectInvariants(server)
  })
})
