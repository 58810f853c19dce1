import { jest } from '@jest/globals'
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '../support/child-environment.js'
import { makeEmptyDatabase } from '../support/empty-database.js'
import { NEXT, PREVIOUS, type ReleasePair } from '../support/next-release.js'
import { describeRollingRestart } from '../support/rolling-restart.js'
import { startProcess, type ServerProcess } from '../support/server-process.js'
import { describeUnless } from '../support/skip.js'
import { startTestServer } from '../support/test-server.js'

jest.setTimeout(900_000)
const SECRETS_KEY = 'a secrets key of the tests'

describe.each([PREVIOUS, NEXT])('Upgrade $title', ({ issue, build }) => {
  describeUnless(issue)('with both releases built', () => {
    let pair: ReleasePair
    beforeAll(async () => {
      pair = await build()
    })
    afterAll(() => pair.remove())

    // Upgraded, returned to the release before, and upgraded again, while callers, agents and followers work.
    describeRollingRestart(
      { rounds: 3, callers: 4, agents: 2 },
      {
        title: 'behind HAProxy',
        roots: () => [pair.before, pair.after, pair.before, pair.after],
        check: async (server) => {
          const applied = await server.query<{ name: string }>(`select name from migration`)
          expect(applied.map(({ name }) => name)).toEqual(expect.arrayContaining([...pair.added]))
        },
      },
    )

    describeBackup(() => pair)
  })
})

function describeBackup(releases: () => ReleasePair): void {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-upgrade-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Without blocking: the payment sandbox runs in this process. */
  const run = (root: string, args: readonly string[], env: Record<string, string>) =>
    new Promise<{ status: number; stderr: string; result: unknown }>((resolve) => {
      const program = [join(root, 'dist/src/cli/stackgate.js'), ...args, '--json']
      const options = { cwd: root, env: { ...childEnvironment, SECRETS_KEY, ...env } }
      execFile(process.execPath, program, options, (error, stdout, stderr) =>
        resolve({
          status: error ? Number(error.code ?? 1) : 0,
          stderr: error ? stderr : '',
          result: JSON.parse(stdout || 'null') as unknown,
        }),
      )
    })

  it('restores a backup that the earlier release wrote, and serves it', async () => {
    const pair = releases()
    const server = await startTestServer()
    const token = await server.token('owner@example.com')
    // The clock of a new database is that of the machine, and so must be the one of the payment sandbox.
    await server.advanceTo(new Date().toISOString())
    // This server has the schema of this commit: the database of the earlier release is written by that release itself.
    const earlier = await makeEmptyDatabase()
    const later = await makeEmptyDatabase()
    const file = join(folder, 'earlier.stackgate')
    let running: ServerProcess | null = null
    try {
      const settings = (url: string, name: string) => {
        const dataDir = join(folder, name)
        mkdirSync(dataDir)
        copyFileSync(join(server.dataDir, 'token-key.json'), join(dataDir, 'token-key.json'))
        return {
          DATA_DIR: dataDir,
          DATABASE_URL: url,
          SECRETS_KEY,
          STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
          STRIPE_WEBHOOK_SECRET: server.webhookSecret,
          STRIPE_API_URL: server.sandbox.url,
        }
      }
      const old = (running = await startProcess(settings(earlier.url, 'earlier'), undefined, { root: pair.before }))
      expect(await run(pair.before, ['catalog', 'push'], settings(earlier.url, 'push'))).toMatchObject(DONE)
      const { startSubscription } = await ask<{ startSubscription: { providerReference: string } }>(old.url, token, BUY)
      expect(startSubscription).toEqual({ providerReference: expect.any(String) })
      await server.sandboxControl('POST', `checkouts/${startSubscription.providerReference}/pay`, {})
      await ask(old.url, token, confirmation(startSubscription.providerReference))
      const account = await ask(old.url, token, ACCOUNT)
      expect(account).toMatchObject({ account: { plan: { plan: { code: 'plus' } } } })
      await old.stop()
      running = null
      expect(await run(pair.before, ['db', 'backup', file], { DATABASE_URL: earlier.url })).toMatchObject(DONE)
      expect(await run(pair.after, ['db', 'verify', file], {})).toMatchObject({
        ...DONE,
        result: { broken: [], migrated: pair.added },
      })
      const restored = await run(pair.after, ['db', 'restore', file], { DATABASE_URL: later.url })
      expect(restored).toMatchObject({ ...DONE, result: { broken: [], migrated: pair.added } })
      const next = (running = await startProcess(settings(later.url, 'later'), undefined, { root: pair.after }))
      expect(await ask(next.url, token, ACCOUNT)).toEqual(account)
      await next.stop()
      running = null
      if (pair.added.length > 0) {
        const newer = join(folder, 'newer.stackgate')
        expect(await run(pair.after, ['db', 'backup', newer], { DATABASE_URL: later.url })).toMatchObject(DONE)
        expect(await run(pair.before, ['db', 'verify', newer], {})).toMatchObject({
          status: 2,
          stderr: expect.stringContaining('the backup is of a newer release'),
        })
      }
    } finally {
      await running?.kill()
      await server.close()
      await earlier.drop()
      await later.drop()
    }
  })
}

const DONE = { status: 0, stderr: '' }
const ACCOUNT = '{ account { id revision plan { plan { code } } billing { events { nodes { id type } } } } }'
const BUY = `mutation {
  startSubscription(input: { provider: STRIPE, plan: "plus" }, key: "first") { checkout { providerReference } denial { code message } }
}`
const confirmation = (session: string) =>
  `mutation { confirmCheckout(by: { providerReference: "${session}" }) { checkout { status } } }`

async function ask<Data>(url: string, token: string, query: string): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown }
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}
