import { createChangeAccount } from '#services/entitlements/persist/change-account.citus.js'
import { createCitusLayout } from '#services/kernel/database/layout.citus.js'
import { citusForms } from '#wiring/find-layout.js'
import { deploymentWithAgent, enqueue } from '#test/support/deployments.js'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_stories'

/** PostgreSQL without Citus runs these forms too; `test/long/citus-server.test.ts` tests them on several machines. */
describe('Forms for distributed tables', () => {
  let server: TestServer
  let deployments: TestServer
  let service: EntitlementService
  const statements: string[] = []
  const start = async (env: Record<string, string>): Promise<TestServer> => {
    const started = await startTestServer({
      start: '2026-06-01T10:00:00Z',
      env,
      app: {
        findLayout: () => Promise.resolve(createCitusLayout(citusForms)),
        onStatement: (text) => void statements.push(text),
      },
    })
    await started.query(createChangeAccount())
    return started
  }
  beforeAll(async () => {
    server = await start({ CATALOG: 'agileforge' })
    deployments = await start({})
    service = await entitlementService(server)
  })
  afterAll(() => Promise.all([server?.close(), deployments?.close()]))

  it('write concurrent uses, reservations and allocations once each', async () => {
    const accounts = await Promise.all([1, 2, 3].map(() => newAccount(server)))
    statements.length = 0
    for (const accountId of accounts) {
      await grantTestCredits(server, accountId, FEATURE, 100)
      const uses = Array.from({ length: 20 }, (_, index) =>
        service.consume({ accountId, feature: FEATURE, idempotencyKey: `use-${index % 10}` }),
      )
      const made = await Promise.all(uses)
      expect(new Set(made.map(({ id }) => id)).size).toBe(10)
      const allocation = { accountId, feature: 'projects', resourceId: 'one' }
      expect(await service.allocate(allocation)).toMatchObject({ __typename: 'Allocation' })
      expect(await service.allocate(allocation)).toMatchObject({ __typename: 'Allocation' })
    }
    expect(statements.filter((text) => text.includes('change_account')).length).toBeGreaterThan(0)
    expect(statements.filter((text) => text.startsWith('with wanted as materialized'))).toEqual([])
    const uses = `select account_id, count(*)::int as entries from ledger_entry where kind = 'CONSUME' group by account_id`
    expect(await server.query(uses)).toEqual(accounts.map(() => expect.objectContaining({ entries: 10 })))
  })

  it('deliver each command to its agent once, and record its report', async () => {
    const served = await deploymentWithAgent(deployments)
    const commands = await Promise.all(Array.from({ length: 5 }, () => enqueue(deployments, served)))
    const delivered: string[] = []
    for (const _command of commands) {
      const { item } = (await served.agent.wait(0)).body
      delivered.push(item!.command_id)
      const report = { command_id: item!.command_id, status: 'success', result: { status: 'ok' } }
      expect((await served.agent.report(report)).status).toBe(200)
    }
    expect(new Set(delivered)).toEqual(new Set(commands.map(({ id }) => id)))
    const states = `select distinct status from command where deployment_id = $1`
    expect(await deployments.query(states, [served.id])).toEqual([{ status: 'SUCCEEDED' }])
    expect(statements.filter((text) => text.includes('with claim as materialized'))).toEqual([])
  })

  it('keep every invariant', async () => {
    await expectInvariants(server)
    await expectInvariants(deployments)
  })
})
