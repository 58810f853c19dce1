import { randomUUID } from 'node:crypto'
import { openEngine } from '#services/entitlements/engine/engine.js'
import { persistChanges } from '#services/entitlements/persist/persist-changes.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import { snapshotParameters, toSnapshot } from '#services/entitlements/snapshot/to-snapshot.js'
import { AccountDraft } from '#services/entitlements/usage/account-draft.js'
import type { Operation } from '#services/entitlements/usage/usage-operation.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import {
  assignTestPlan,
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { waitingStatements } from '#test/support/lock-waits.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_stories'
const SEED = 20261123
describe('Snapshot that a conflicting statement returns', () => {
  let server: TestServer
  let service: EntitlementService
  let other: Awaited<ReturnType<typeof openEngine>>
  const statements: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-06-01T10:00:00Z', env: { CATALOG: 'agileforge' } })
    service = await entitlementService(server)
    const { database, catalog, clock, timers, notifier, log } = server.app.context
    other = await openEngine(
      { database, catalog, clock, timers, notifier, log },
      {
        url: server.databaseUrl,
        size: 2,
        timers,
        newId: database.newId,
        onStatement: (text) => void statements.push(text),
      },
    )
  })
  afterAll(async () => {
    await other.close()
    await server.close()
  })

  const consumption = (): Operation => {
    const key = { principal: 'key_test', mutation: 'consume', key: randomUUID(), request: 'consume' }
    return { kind: 'consume', feature: FEATURE, amount: 1, reference: null, at: null, key }
  }

  it('costs one more statement instead of two, from the second conflict on', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 1_000)
    await other.run(accountId, consumption())
    const counts: { persisted: number; read: number }[] = []
    for (let turn = 0; turn < 5; turn++) {
      await service.consume({ accountId, feature: FEATURE, amount: 1 })
      statements.length = 0
      expect((await other.run(accountId, consumption())).kind).toBe('consumed')
      const persisted = statements.filter((text) => text.startsWith('with wanted')).length
      counts.push({ persisted, read: statements.length - persisted })
    }
    expect(counts).toEqual([{ persisted: 2, read: 1 }, ...Array.from({ length: 4 }, () => ({ persisted: 2, read: 0 }))])
  })

  it('is not computed by statements without recent conflicts', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 1_000)
    for (let turn = 0; turn < 9; turn++) await other.run(accountId, consumption())
    statements.length = 0
    await other.run(accountId, consumption())
    expect(statements).toHaveLength(1)
    expect(statements[0]).toContain('null::json as current')
  })

  it('is not returned if the other change was committed after the statement began', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 10)
    await other.run(accountId, consumption())
    const { database, clock } = server.app.context
    let waiting!: ReturnType<typeof other.run>
    await database.transaction(async (transaction) => {
      await lockAccount(transaction, accountId)
      await recordAccountEvent(transaction, accountId, clock.now(), {
        type: 'account.renamed',
        summary: 'Another process changed the account.',
        changesEntitlements: false,
      })
      waiting = other.run(accountId, consumption())
      await eventually(
        () => server.query(waitingStatements('with wanted|select change_account')),
        (waits) => waits.length === 1,
      )
    })
    expect((await waiting).kind).toBe('consumed')
    await expectInvariants(server)
  })

  it(`keeps every unit exact if two processes share accounts (seed ${SEED})`, async () => {
    const random = createSeededRandom(SEED)
    const accountIds = await Promise.all(Array.from({ length: 4 }, () => newAccount(server)))
    for (const accountId of accountIds) await grantTestCredits(server, accountId, FEATURE, 75)
    const outcomes = new Map<string, number>()
    const pick = () => accountIds[Math.floor(random.next() * accountIds.length)]!
    const engines = [server.app.context.entitlements, other]
    for (let round = 0; round < 60; round++)
      await Promise.all(
        engines.flatMap((engine) =>
          Array.from({ length: 4 }, async () => {
            const accountId = pick()
            const { kind } = await engine.run(accountId, consumption())
            if (kind === 'consumed') outcomes.set(accountId, (outcomes.get(accountId) ?? 0) + 1)
            else expect(kind).toBe('denied')
          }),
        ),
      )
    // 25 of the plan and 75 of the grant.
    expect(accountIds.map((accountId) => outcomes.get(accountId))).toEqual(accountIds.map(() => 100))
    await expectInvariants(server)
  })

  // The subscription of the plan does not exist, which the invariants would find.
  it('equals the snapshot that a separate statement reads', async () => {
    const accountId = await newAccount(server)
    await assignTestPlan(server, accountId, 'professional')
    await grantTestCredits(server, accountId, FEATURE, 100)
    await service.reserve({ accountId, feature: FEATURE, amount: 3 })
    await service.consume({ accountId, feature: FEATURE, amount: 2 })
    await service.allocate({ accountId, feature: 'projects', resourceId: 'one' })
    const { database, clock, catalog } = server.app.context
    const at = clock.now()
    const outdated = (await loadSnapshot(database, catalog.current(), accountId, at))!
    await service.consume({ accountId, feature: FEATURE, amount: 1 })
    const change = new AccountDraft(catalog.current(), outdated).change(null)
    const [result] = await persistChanges(database, [change], {
      ...snapshotParameters(catalog.current(), at),
      isExtended: false,
    })
    expect(result).toMatchObject({ applied: false, replays: [], staleAllocations: [] })
    const current = await loadSnapshot(database, catalog.current(), accountId, at)
    expect(toSnapshot(result!.current!, catalog.current(), at)).toEqual(current)
  })
})
