import { jest } from '@jest/globals'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { schemaOf } from '#modules/compose.js'
import { installedModules } from '#modules/installed-modules.js'
import { makeEmptyDatabase, type EmptyDatabase } from '../support/empty-database.js'
import { buildRelease, missingCommit } from '../support/previous-release.js'
import { startProcess, type ServerProcess } from '../support/server-process.js'
import { describeUnless } from '../support/skip.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

jest.setTimeout(900_000)
/** The last commit of one history of migrations. */
const BEFORE = '7e918d5e'
const SECRETS_KEY = 'a secrets key of the tests'

type Rows = Readonly<Record<string, readonly Record<string, unknown>[]>>

describeUnless(missingCommit(BEFORE))('A database from before migrations had modules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-upgrade-'))
  let release: { root: string; remove(): void }
  let database: EmptyDatabase
  let server: TestServer
  let token: string
  const logged: string[] = []
  let running: ServerProcess | null = null

  beforeAll(async () => {
    release = await buildRelease(BEFORE)
    database = await makeEmptyDatabase()
    // Its sandbox is the provider of both releases.
    server = await startTestServer()
    token = await server.token('owner@example.com')
    await server.advanceTo(new Date().toISOString())
  })
  afterAll(async () => {
    await running?.kill()
    await server.close()
    await database.drop()
    release.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  async function start(name: string, root: string, env: Record<string, string> = {}): Promise<ServerProcess> {
    const dataDir = join(folder, name)
    mkdirSync(dataDir)
    copyFileSync(join(server.dataDir, 'token-key.json'), join(dataDir, 'token-key.json'))
    const settings = {
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      SECRETS_KEY,
      STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
      STRIPE_WEBHOOK_SECRET: server.webhookSecret,
      STRIPE_API_URL: server.sandbox.url,
      DASHBOARD: 'off',
      DOCS: 'off',
      ...env,
    }
    return (running = await startProcess(settings, (line) => logged.push(line), { root }))
  }
  async function stop(): Promise<void> {
    await running!.stop()
    running = null
  }
  async function ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const response = await fetch(`${running!.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown }
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  async function buy(field: string, input: string): Promise<void> {
    const data = await ask<Record<string, { checkout: { providerReference: string } | null; denial: unknown }>>(
      `mutation { ${field}(input: { provider: STRIPE, ${input} }, key: "${field}") { checkout { providerReference } denial { code message } } }`,
    )
    const { checkout, denial } = data[field]!
    if (!checkout) throw new Error(JSON.stringify(denial))
    await server.sandboxControl('POST', `checkouts/${checkout.providerReference}/pay`, {})
    await ask(
      `mutation { confirmCheckout(by: { providerReference: "${checkout.providerReference}" }) { checkout { status } denial { code } } }`,
    )
  }
  async function rows(tables: readonly string[]): Promise<Rows> {
    const found: [string, Record<string, unknown>[]][] = []
    for (const table of tables) {
      const stored = await database.query<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) as row from "${table}" t`,
      )
      found.push([table, stored.map(({ row }) => row)])
    }
    return Object.fromEntries(found)
  }
  /** Rows that are not there any more as they were, in the columns that they had. */
  function lost(before: Rows, after: Rows): string[] {
    return Object.entries(before).flatMap(([table, expected]) => {
      const columns = Object.keys(expected[0] ?? {})
      const textOf = (row: Record<string, unknown>) => JSON.stringify(columns.map((column) => row[column]))
      const kept = new Set(after[table]!.map(textOf))
      return expected.filter((row) => !kept.has(textOf(row))).map((row) => `${table}: ${textOf(row).slice(0, 200)}`)
    })
  }

  it('keeps all rows with all modules, and with the core alone', async () => {
    await start('before', release.root)
    await buy('startSubscription', 'plan: "plus"')
    const { template } = await ask<{ template: { id: string } }>(`{ template(by: { slug: "static-site" }) { id } }`)
    await ask(
      `mutation ($template: ID!) { startDeployment(input: { templateId: $template }, key: "deploy") { deployment { id } denial { code message } } }`,
      { template: template.id },
    )
    const account = await ask<{ account: { id: string } }>(ACCOUNT)
    await stop()
    const tables = await database.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'migration' order by 1`,
    )
    const names = tables.map(({ name }) => name)
    const before = await rows(names)
    expect(
      ['billing_subscription', 'purchase', 'deployment', 'template', 'member', 'stream_event'].filter(
        (table) => before[table]!.length === 0,
      ),
    ).toEqual([])

    await start('all', process.cwd())
    expect(await ask(ACCOUNT)).toEqual(account)
    await stop()
    expect(lost(before, await rows(names))).toEqual([])
    expect(logged.filter((line) => line.includes('was added') || line.includes('is not installed'))).toEqual([])

    const between = await rows(names)
    await start('core', process.cwd(), { MODULES: 'core' })
    expect(await ask(`{ account { id plan { plan { code } } } }`)).toEqual({
      account: { id: account.account.id, plan: { plan: { code: 'plus' } } },
    })
    await stop()
    expect(logged.filter((line) => line.includes('is not installed')).length).toBe(4)
    const core = schemaOf(await installedModules(['core'])).tables
    const absent = names.filter((name) => !core.has(name))
    const after = await rows(names)
    expect(lost(between, after)).toEqual([])
    expect(absent.filter((name) => JSON.stringify(after[name]) !== JSON.stringify(between[name]))).toEqual([])
  })
})

const ACCOUNT = '{ account { id revision plan { plan { code } } billing { events { nodes { id type } } } } }'
