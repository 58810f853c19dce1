import { changeableCatalog, nextTerms, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { planMigrationClient } from '#test/support/plan-migrations.js'
import { subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('resumePlanMigration', () => {
  let server: TestServer
  let catalog: ChangeableCatalog
  beforeAll(async () => {
    catalog = changeableCatalog()
    server = await startTestServer({ env: { CATALOG: catalog.path } })
  })
  afterAll(async () => {
    await server.close()
    catalog.remove()
  })

  it('continues after the provider recovers and after a restart, and skips steps of a replaced version', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const migrations = planMigrationClient(server, operator)
    for (const name of ['ann', 'bob', 'carl', 'dora']) await subscribe(server, `${name}@example.com`, { plan: 'plus' })
    await catalog.change(server, nextTerms, { plan: 'plus', version: 2 })
    await server.sandboxControl('POST', 'faults', { match: { path: '/v1/subscription' }, action: '500' })
    const { id } = await migrations.start('plus')
    await migrations.until(id, ({ lastError }) => lastError !== null)
    await migrations.stop(id)
    await server.whileStopped(() => server.sandboxControl('DELETE', 'faults'))
    // The changes that were stored are carried out in the background, and the migration begins no other.
    expect(await migrations.read(id)).toMatchObject({ status: 'STOPPED' })

    await catalog.change(server, (text) => text.replace(/deployments:     12 /, 'deployments:     14 '), {
      plan: 'plus',
      version: 3,
    })
    expect(await migrations.resume(id)).toMatchObject({ id, status: 'RUNNING' })
    const done = await migrations.until(id, ({ status }) => status === 'COMPLETED')
    const begun = await server.query(`select 1 from subscription_change`)
    expect(begun.length).toBeGreaterThan(0)
    expect(done).toMatchObject({
      scheduledCount: begun.length,
      skippedCount: 4 - begun.length,
      failedCount: 0,
    })
    expect(done.steps.nodes.filter(({ skippedReason }) => skippedReason === 'NEWER_VERSION')).toHaveLength(
      4 - begun.length,
    )
    expect(await migrations.resume(id)).toMatchObject({ code: 'INVALID_TRANSITION' })
    await expect(migrations.resume('pmg_00000000000000000000000000')).rejects.toThrow('NOT_FOUND')
  })
})
