import { changeOperator, listOperators } from '#startup/manage-operators.js'
import { runCommand } from '#test/support/run-command.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('stackgate operator', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const env = () => ({ DATABASE_URL: server.databaseUrl, DATA_DIR: server.dataDir })
  /** A new token, because a server keeps the roles of a known one for up to 30 seconds. */
  const mayOperate = async (email: string): Promise<boolean> => {
    const token = await server.token(email, { expiresInSeconds: 600 + Math.floor(Math.random() * 100_000) })
    const { errors } = await server.graphql('{ webhookEvents(first: 1) { nodes { id } } }', {}, token)
    return errors === undefined
  }

  it('gives a user who has signed in a role, and removes it again', async () => {
    expect(await mayOperate('first@example.com')).toBe(false)
    const added = await runCommand('operator', ['add', 'first@example.com', '--json'], env())
    expect([added.code, added.stderr]).toEqual([0, ''])
    expect(JSON.parse(added.stdout)).toMatchObject({ email: 'first@example.com', roles: ['admin'] })
    expect(await mayOperate('first@example.com')).toBe(true)
    expect(await listOperators(env())).toMatchObject([{ email: 'first@example.com', roles: ['admin'] }])

    await changeOperator(env(), { user: 'first@example.com', role: null })
    expect(await mayOperate('first@example.com')).toBe(false)
    expect(await listOperators(env())).toEqual([])
  })

  it('records who got a role in the audit log', async () => {
    const entries = await server.query<{ action: string; details: { roles: string[] } }>(
      `select action, details from audit_entry where action in ('operator.added', 'operator.removed') order by id`,
    )
    expect(entries.map(({ action, details }) => [action, details.roles])).toEqual([
      ['operator.added', ['admin']],
      ['operator.removed', []],
    ])
  })

  it('refuses a user who is unknown, and an address of several users', async () => {
    await expect(changeOperator(env(), { user: 'unknown@example.com', role: 'admin' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('signs in once first') as string,
    })
    await server.query(
      `insert into app_user (id, subject, email) values ('usr_1', 'one', 'both@example.com'), ('usr_2', 'two', 'both@example.com')`,
    )
    await expect(changeOperator(env(), { user: 'both@example.com', role: 'admin' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('one, two') as string,
    })
    expect(await changeOperator(env(), { user: 'two', role: 'root' })).toMatchObject({
      subject: 'two',
      roles: ['root'],
    })
  })
})
