import { changeableCatalog, nextTerms, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { planMigrationClient } from '#test/support/plan-migrations.js'
import { subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

// Plus costs 25 dollars instead of 20 in the next catalog, so that each change needs the payment provider.
describe('stopPlanMigration', () => {
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

  it('stops a migration while the provider does not respond, and stops nothing that has ended', async () => {
    const migrations = planMigrationClient(server, await server.token('ops@example.com', { roles: ['admin'] }))
    const names = ['ann', 'bob', 'carl', 'dora', 'eve']
    for (const name of names) await subscribe(server, `${name}@example.com`, { plan: 'plus' })
    await catalog.change(server, nextTerms, { plan: 'plus', version: 2 })
    for (const method of ['GET', 'POST'])
      await server.sandboxControl('POST', 'faults', { match: { method, path: '/v1/subscription' }, action: '500' })
    const { id } = await migrations.start('plus')
    const waiting = await migrations.until(id, ({ lastError }) => lastError !== null)
    expect(waiting).toMatchObject({ status: 'RUNNING', stepCount: 5, pendingCount: 5 })
    expect(await migrations.start('plus')).toMatchObject({ code: 'INVALID_TRANSITION', issues: [{ path: ['plan'] }] })

    expect(await migrations.stop(id)).toMatchObject({ id, status: 'STOPPED' })
    expect(await migrations.stop(id)).toMatchObject({ id, status: 'STOPPED' })
    await server.sandboxControl('DELETE', 'faults')
    await server.advanceTo('2026-01-15T11:00:00Z')
    const changes = (of: string) =>
      server.query(`select id from subscription_change where as_of ${of}`, ['2026-01-15T11:00:00Z'])
    expect(await changes('>= $1')).toEqual([])

    await migrations.resume(id)
    const done = await migrations.until(id, ({ status }) => status === 'COMPLETED')
    const published = await server.query<{ type: string }>(
      `select type from operator_event where subject_id = $1 order by id`,
      [id],
    )
    expect(published.map(({ type }) => type)).toEqual([
      'plan_migration.started',
      'plan_migration.stopped',
      'plan_migration.resumed',
      'plan_migration.completed',
    ])
    // A change that was requested an hour before is not repeated, unless its attempt was in progress when the faults ended.
    expect(done.scheduledCount + done.failedCount).toBe(names.length)
    const failed = done.steps.nodes.filter(({ status }) => status === 'FAILED')
    // An attempt that was in progress can request its change at the earlier time and be stored later.
    expect(failed.slice((await changes('< $1')).length)).toEqual([])
    expect(await migrations.stop(id)).toMatchObject({
      code: 'INVALID_TRANSITION',
      issues: [{ path: ['id'] }],
    })
  })
})
