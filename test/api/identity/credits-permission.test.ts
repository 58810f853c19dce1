import { ExternalPlans } from '#migrations/20261130T1200_external_plans.js'
import { seedPolicies } from '#services/identity/access/policy-store.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { DEFAULT_POLICIES } from '#test/support/permissions.js'

describe('the migration to the permission to grant credits', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('gives it to the roles that act as operators, and to no role that lost that permission', async () => {
    await server.query(`delete from policy where object = 'credits'`)
    await server.query(
      `update policy set removed_at = now() where subject = 'admin' and object = 'ops' and action = 'write'`,
    )
    await server.query(
      `insert into policy (id, subject, object, action) values ('pol_developer', 'developer', 'ops', 'write')`,
    )
    const migration = new ExternalPlans(undefined as never, undefined as never)
    migration.up()
    await server.query(migration.getQueries().at(-1) as string)
    await seedPolicies(server.app.context.database, DEFAULT_POLICIES)
    expect(
      await server.query(
        `select subject, removed_at is null as live, id ~ '^pol_[0-9a-z]+$' as named from policy where object = 'credits' order by 1`,
      ),
    ).toEqual([
      { subject: 'admin', live: false, named: true },
      { subject: 'developer', live: true, named: true },
      { subject: 'root', live: true, named: true },
    ])
  })
})
