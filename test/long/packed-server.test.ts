import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '#test/support/child-environment.js'
import { freePort } from '#test/support/free-port.js'
import { must as install } from '#test/support/packed-packages.js'
import { eventually } from '#test/support/test-server.js'

const PACK_LIMIT_MS = 900_000
/** Files of development, which servers do not need. */
const DEVELOPMENT = /\.(?:ts|tsx)$|(?:^|\/)(?:test|bench|examples|node_modules)\//

/** `npm run test:long -- packed-server`: `npx stackgate` from the packed file, in a folder with spaces, without git and without a build. */
describe('npx stackgate from the packed file [IN2]', () => {
  let folder: string
  let env: Record<string, string>
  let product: number
  let running: ChildProcess | undefined

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate packed '))
    const packed = spawnSync(process.execPath, ['packages/pack.mjs', '--out', folder], { encoding: 'utf8' })
    expect([packed.status, packed.stderr]).toEqual([0, expect.any(String)])
    const [port, sandbox] = [await freePort(), await freePort()]
    product = port
    env = { ...childEnvironment, PORT: String(port), SANDBOX_PORT: String(sandbox) }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', private: true }))
    await install('npm', ['install', '--no-audit', '--no-fund', join(folder, 'stackgate-0.1.0.tgz')], folder)
  }, PACK_LIMIT_MS)
  afterEach(async () => {
    await stop()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const must = (command: string, args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${stdout}\n${stderr}`)
    return stdout
  }
  const start = async (more: Record<string, string> = {}) => {
    running = spawn('npx', ['stackgate'], { cwd: folder, env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    running.stdout!.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    running.stderr!.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    await eventually(
      () =>
        fetch(`http://127.0.0.1:${product}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      Boolean,
      120_000,
    )
    return printed
  }
  const stop = async () => {
    const child = running
    if (!child || child.exitCode !== null) return
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGINT')
    await ended
  }
  const plans = async () => {
    const response = await fetch(`http://127.0.0.1:${product}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ plans { code } }' }),
    })
    return ((await response.json()) as { data: { plans: { code: string }[] } }).data.plans.map(({ code }) => code)
  }

  it('contains no file of development', () => {
    const files = spawnSync('tar', ['tzf', join(folder, 'stackgate-0.1.0.tgz')], { encoding: 'utf8' }).stdout.split(
      '\n',
    )
    expect(files.length).toBeGreaterThan(1_000)
    expect(files.filter((file) => DEVELOPMENT.test(file.replace(/^package\//, '')))).toEqual([])
    expect(must('npm', ['ls', '--all', '--parseable'])).not.toMatch(/\/(?:typescript|jest|vite)$/m)
  })

  it('starts a server with its pages, prints one address of them, and starts again without a network', async () => {
    const printed = await start()
    expect(printed).toContain(`http://127.0.0.1:${product}/dashboard/`)
    expect(printed).toContain('npx stackgate token')
    expect(await plans()).toContain('free')
    const page = await fetch(`http://127.0.0.1:${product}/dashboard/`)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="root"')])
    expect(must('npx', ['stackgate', 'token']).trim().split('.')).toHaveLength(3)
    expect(JSON.parse(must('npx', ['stackgate', 'doctor', '--json']))).toMatchObject({ ok: true })
    await stop()
    await start({ npm_config_offline: 'true', HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' })
    expect(await plans()).toContain('free')
  })
})
