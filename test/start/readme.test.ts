import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../support/free-port.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { describeUnless } from '../support/skip.js'
import { childEnvironment } from '#test/support/child-environment.js'
import { accountIdOf } from '#test/support/accounts.js'

const missing = ['bash', 'curl', 'jq', 'openssl'].filter((tool) => spawnSync('which', [tool]).status !== 0)
/** The first code block of a language after a heading of a page. */
const sample = (page: string, heading: string, language: string) =>
  new RegExp(`^## ${heading}$[^]*?^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(readFileSync(page, 'utf8'))![1]!

/** In a folder that looks like a checkout, so that `npm run` and `.stackgate` mean what they mean to a reader. */
describeUnless(missing.length ? `this machine has no ${missing.join(', ')}` : null)('Samples of the pages', () => {
  let folder: string
  let server: ChildProcess | null = null
  let inProcess: TestServer | null = null
  let ports: { product: number; sandbox: number }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-readme-'))
    chmodSync(folder, 0o755)
    cpSync('package.json', join(folder, 'package.json'))
    for (const name of ['src', 'dist', 'node_modules', 'catalogs', 'package-lock.json'])
      symlinkSync(join(process.cwd(), name), join(folder, name))
  })
  afterEach(async () => {
    const ended = new Promise((resolve) => (server ? server.once('close', resolve) : resolve(null)))
    server?.kill('SIGTERM')
    await ended
    server = null
    await inProcess?.close()
    inProcess = null
    rmSync(folder, { recursive: true, force: true })
  })

  const environment = (more: Record<string, string> = {}) => ({
    ...childEnvironment,
    PORT: String(ports.product),
    SANDBOX_PORT: String(ports.sandbox),
    ...more,
  })
  const start = async () => {
    ports = { product: await freePort(), sandbox: await freePort() }
    const child = spawn(process.execPath, [join(process.cwd(), 'dist/src/main.js')], {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    server = child
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await eventually(
      () => said.includes('Stackgate is ready') || child.exitCode !== null,
      (done) => done,
    )
  }
  const run = (command: string, args: string[]) =>
    spawnSync(command, args, { cwd: folder, env: environment(), encoding: 'utf8' })
  const onOurPorts = (text: string) =>
    text
      .replaceAll(/(localhost|127\.0\.0\.1):4000/g, `$1:${ports.product}`)
      .replaceAll('localhost:4010', `localhost:${ports.sandbox}`)

  it('run the tutorial as written; npm run token rejects users that could never sign in', async () => {
    await start()
    writeFileSync(join(folder, 'story.sh'), onOurPorts(sample('docs/tutorial.md', 'The commands', 'bash')))
    const { status, stdout, stderr } = run('bash', ['-e', 'story.sh'])
    expect([status, stdout, stderr]).toEqual([0, expect.any(String), expect.any(String)])
    for (const seen of [
      'INSUFFICIENT_PLAN',
      '"allowed": false',
      'subscription.activated',
      '"SUCCEEDED"',
      'subscription.renewed',
    ])
      expect(stdout).toContain(seen)
    expect(stdout).not.toContain('"errors"')

    // npm once for each result; the other runs start the same program without it.
    const byNpm = ['npm', 'run', '-s', 'token', '--']
    const refused = (args: readonly string[], command = [process.execPath, 'dist/src/cli/stackgate.js', 'token']) => {
      const { status, stdout, stderr } = run(command[0]!, [...command.slice(1), ...args])
      expect([args, status, stdout]).toEqual([args, 2, ''])
      return stderr
    }
    expect(refused(['--user', '42'], byNpm)).toContain('must be an email address')
    expect(refused(['--expires', '-5'])).toContain('must be an integer between 1 and')
    const keyCommand = [process.execPath, 'dist/src/cli/stackgate.js', 'key', 'create']
    expect(refused(['nonsense'], keyCommand)).toContain("Scope 'nonsense' does not exist")
    expect(refused(['billing:write', '--account', 'person:nobody'], keyCommand)).toContain(
      'account person:nobody not found',
    )

    const key = run('npm', ['run', '-s', 'stackgate', '--', 'key', 'create', 'entitlements:write']).stdout.trim()
    const answer = await fetch(`http://127.0.0.1:${ports.product}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ plans { code } }' }),
    })
    // Even a public query is denied with an invalid key.
    expect([key, await answer.json()]).toEqual([
      expect.stringMatching(/^sk_sandbox_/),
      { data: { plans: expect.any(Array) } },
    ])
  })

  it('run the gating sample as written', async () => {
    const catalog = await startTestServer({ env: { CATALOG: 'agileforge' } })
    inProcess = catalog
    ports = { product: Number(new URL(catalog.url).port), sandbox: catalog.sandbox.port }
    const accountId = await accountIdOf(catalog, await catalog.token('ann@example.com'))
    expect(accountId).toEqual(expect.any(String))
    const code = onOurPorts(sample('docs/entitlements.md', 'Gate a feature in an application', 'js'))
    writeFileSync(join(folder, 'gating.mjs'), `${code}\nconsole.log(id, expires_at)\n`)
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['gating.mjs'], {
      cwd: folder,
      env: environment({ STACKGATE_SECRET_KEY: await catalog.serviceKey(['entitlements:write']) }),
    })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^[\w-]+ \d{4}-/)
  })
})
