import { globSync, readFileSync } from 'node:fs'
import { allModules } from '#modules/all-modules.js'
import { readConfig } from '#services/kernel/config/config.js'
import { readSettings } from '#services/kernel/config/module-settings.js'
import { SCHEDULED_JOB_TOPIC, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { PROBE_RUN } from '#test/support/probe/probe-job.js'
import { probe } from '#test/support/probe/probe.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const PARTS = ['job', 'events', 'settings', 'rules', 'page'].map((part) => `test/support/probe/probe-${part}.ts`)

describe('A module of your own with a job, an event, a setting, an invariant, a page and a mutation', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({
      env: { PROBE_GREETING: 'good morning' },
      app: { modules: [...allModules, probe] },
    })
  })
  afterAll(() => server.close())

  it.each(PARTS)('has %s and the list of the module, and no other file', (part) => {
    const naming = globSync('test/support/probe/*.ts').filter((path) =>
      readFileSync(path, 'utf8').includes(`/${part.split('/').at(-1)!.replace('.ts', '.js')}'`),
    )
    expect(naming).toEqual(['test/support/probe/probe.ts'])
  })

  it('is named by no file of the server', () => {
    const naming = globSync(['src/**/*.ts', 'docs/*.md']).filter((path) =>
      /PROBE_GREETING|probe[._](?:ran|run|page|rules)|probes_greet/.test(readFileSync(path, 'utf8')),
    )
    expect(naming).toEqual([])
  })

  it('runs its job, which publishes its event with its setting', async () => {
    const { clock, database, notifier } = server.app.context
    await scheduleJob(database, { kind: PROBE_RUN, key: '1', accountId: null, runAt: clock.now() })
    notifier.notify([SCHEDULED_JOB_TOPIC])
    const event = await eventually(
      () => database.query.selectFrom('outbox_event').selectAll().where('type', '=', 'probe.ran').executeTakeFirst(),
      (found) => found !== undefined,
    )
    expect(event).toMatchObject({ payload: { greeting: 'good morning' } })
  })

  it('shows its event among the types, and to webhooks', async () => {
    const { data } = await server.graphql<{ installation: { eventTypes: { type: string }[] } }>(
      '{ installation { eventTypes { type } } }',
    )
    expect(data.installation.eventTypes).toContainEqual({ type: 'probe.ran' })
    const api = (await (await fetch(`${server.url}/openapi.json`)).json()) as { webhooks: object; components: object }
    expect(api.webhooks).toHaveProperty(['probe.ran'])
  })

  it('checks its invariant', async () => {
    const { catalog, database, declared } = server.app.context
    const results = await declared.invariants.check(database, catalog.current())
    expect(results.find(({ name }) => name === 'probes_greet')).toMatchObject({ ok: true, checked: 1 })
  })

  it('serves its page with its setting', async () => {
    const response = await fetch(`${server.url}/probe`)
    expect([response.status, await response.text()]).toEqual([200, '<h1>good morning</h1>'])
  })

  it('runs its mutation once for a key, for operators, with an audit entry', async () => {
    const operator = await server.token('root@example.com', { roles: ['root'] })
    const greet = async (name: string, token: string) => {
      const { data, errors } = await server.graphql<{ greetProbe: object }>(
        `mutation ($name: String!, $key: String!) { greetProbe(name: $name, key: $key) { greeting denial { code } } }`,
        { name, key: `greet-${name}` },
        token,
      )
      return errors?.[0]?.extensions.code ?? data.greetProbe
    }
    expect(await greet('Ann', await server.token('ann@example.com'))).toBe('FORBIDDEN')
    const first = await greet('Ann', operator)
    expect([first, await greet('Ann', operator)]).toEqual([{ greeting: 'good morning, Ann' }, first])
    expect(await greet('', operator)).toMatchObject({ code: 'INVALID_PARAMETERS' })
    const rows = (sql: string) => server.query(sql)
    expect(await rows(`select id from outbox_event where payload ->> 'greeting' = 'good morning, Ann'`)).toHaveLength(1)
    expect(await rows(`select id from audit_entry where action = 'mutation.greetProbe'`)).toHaveLength(4)
  })

  it('is refused with a wrong setting', () => {
    const config = readConfig({ PROBE_GREETING: 'a greeting that is too long' })
    expect(() => readSettings(probe.settings, config)).toThrow('PROBE_GREETING: expected at most 20 characters')
  })
})
