import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/free-port.js'
import { eventually } from '../support/test-server.js'
import { describeUnless } from '../support/skip.js'
import { childEnvironment } from '#test/support/child-environment.js'

const missing = ['bash', 'curl', 'jq', 'openssl'].filter((tool) => spawnSync('which', [tool]).status !== 0)
/** The first code block of a language after a heading of a page. */
const sample = (page: string, heading: string, language: string) =>
  new RegExp(`^## ${heading}$[^]*?^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(readFileSync(page, 'utf8'))![1]!

/** In a folder that looks like a checkout, so that `npm run` and `.stackgate` mean what they mean to a reader. */
describeUnless(missing.length ? `this machine has no ${missing.join(', ')}` : null)('Samples of the pages', () => {
  let folder: string
  let server: ChildProcess
  let ports: { product: number; sandbox: number }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-readme-'))
    chmodSync(folder, 0o755)
    cpSync('package.json', join(folder, 'package.json'))
    for (const name of ['src', 'dist', 'node_modules', 'catalogs', 'package-lock.json'])
      symlinkSync(join(process.cwd(), name), join(folder, name))
  })
  afterEach(async () => {
    const ended = new Promise((resolve) => server.once('close', resolve))
    server.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })

  const environment = (more: Record<string, string> = {}) => ({
    ...childEnvironment,
    PORT: String(ports.product),
    SANDBOX_PORT: String(ports.sandbox),
    ...more,
  })
  const start = async (more: Record<string, string> = {}) => {
    ports = { product: await freePort(), sandbox: await freePort() }
    server = spawn(process.execPath, [join(process.cwd(), 'dist/src/main.js')], {
      cwd: folder,
      env: environment(more),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    server.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await eventually(
      () => said.includes('Stackgate is ready') || server.exitCode !== null,
      (done) => done,
    )
  }
  const run = (command: string, args: string[], more: Record<string, string> = {}) =>
    spawnSync(command, args, { cwd: folder, env: environment(more), encoding: 'utf8' })
  const onOurPorts = (text: string) =>
    text
      .replaceAll(/(localhost|127\.0\.0\.1):4000/g, `$1:${ports.product}`)
      .replaceAll('localhost:4010', `localhost:${ports.sandbox}`)

  it('run the tutorial as written; npm run token rejects users that could never sign in (DF-0.7)', async () => {
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

    const refused = (...args: string[]) => {
      const { status, stdout, stderr } = run('npm', ['run', '-s', 'token', '--', ...args])
      expect([args, status, stdout]).toEqual([args, 1, ''])
      return stderr
    }
    expect(refused('--user', '42')).toContain('must be an email address')
    expect(refused('--expires', '-5')).toContain('must be an integer between 1 and')
    expect(refused('--service', 'nonsense')).toContain("Scope 'nonsense' does not exist")
  })

  it('run the gating sample as written (DF-0.7)', async () => {
    await start({ CATALOG: 'agileforge' })
    const token = (...args: string[]) => run('npm', ['run', '-s', 'token', '--', ...args]).stdout.trim()
    const signIn = await fetch(`http://127.0.0.1:${ports.product}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token('--user', 'ann@example.com')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ account { id } }' }),
    })
    expect(await signIn.json()).toMatchObject({ data: { account: { id: expect.any(String) as string } } })
    const code = onOurPorts(sample('docs/entitlements.md', 'Gate a feature in an application', 'js'))
    writeFileSync(join(folder, 'gating.mjs'), `${code}\nconsole.log(id, expires_at)\n`)
    const { status, stdout, stderr } = run(process.execPath, ['gating.mjs'], {
      STACKGATE_KEY: token('--service', 'entitlements:write'),
    })
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^[\w-]+ \d{4}-/)
  })
})
