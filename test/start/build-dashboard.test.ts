import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '#test/support/child-environment.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

/** Builds the pages of its folder, as `npm start` does, and ends the build when its input ends. */
const PROGRAM = `
import { buildDashboard } from './src/bootstrap.mjs'
const stop = buildDashboard((line) => process.stdout.write(line + '\\n'))
process.stdin.on('end', stop).resume()
`
const COPIED = [
  'src/bootstrap.mjs',
  'src/machine.mjs',
  // Sources of the generated modules of the client.
  'src/schema/schema.graphql',
  // Codes and events for the client, and the schema of the catalog for its form.
  'src/services',
  'docs/catalog.md',
  'docs/overage.md',
  'src/rest/openapi/json-schemas.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'dashboard',
  'packages',
]

describe('The build of the dashboard at npm start', () => {
  const project = mkdtempSync(join(tmpdir(), 'stackgate-build-'))
  const dist = join(project, 'dashboard/dist')
  let server: TestServer
  let build: ChildProcess | undefined
  let said = ''

  beforeAll(async () => {
    for (const path of COPIED)
      cpSync(path, join(project, path), {
        recursive: true,
        filter: (source) => !/\/(dist|node_modules|generated)$/.test(source) && !source.startsWith('packages/sandbox/'),
      })
    symlinkSync(join(process.cwd(), 'node_modules'), join(project, 'node_modules'))
    writeFileSync(join(project, 'build.mjs'), PROGRAM)
    mkdirSync(dist)
    // A server does not start with a folder of one's own that has no page.
    writeFileSync(join(dist, 'index.html'), '')
    server = await startTestServer({ env: { DASHBOARD: dist } })
    rmSync(dist, { recursive: true })
  })
  afterEach(async () => {
    if (!build || build.exitCode !== null) return
    build.stdin!.end()
    await new Promise((ended) => build!.once('exit', ended))
  })
  afterAll(async () => {
    await server.close()
    rmSync(project, { recursive: true, force: true })
  })

  const start = () => {
    said = ''
    build = spawn(process.execPath, ['build.mjs'], {
      cwd: project,
      env: childEnvironment,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    for (const stream of [build.stdout!, build.stderr!])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    return build
  }
  const page = async () => {
    const response = await fetch(`${server.url}/dashboard/`)
    return { status: response.status, text: await response.text() }
  }

  it('serves a sentence until the pages are there, then the pages, and does not repeat a build', async () => {
    start()
    expect(await page()).toEqual({ status: 503, text: expect.stringContaining('The dashboard is being built.') })
    const { text } = await eventually(page, ({ status }) => status === 200 || said !== '')
    expect([said, text]).toEqual(['', expect.stringContaining('<div id="root">')])
    const built = readFileSync(join(dist, 'index.html'), 'utf8')
    const { stdin } = start()
    stdin!.end()
    await new Promise((ended) => build!.once('exit', ended))
    expect(readFileSync(join(dist, 'index.html'), 'utf8')).toBe(built)
  })

  it('reports a failed build, with its reason in the log only, and builds again after a change', async () => {
    const main = join(project, 'dashboard/src/main.tsx')
    const source = readFileSync(main, 'utf8')
    writeFileSync(main, `${source}\nimport './absent.js'\n`)
    // Pages of an earlier build would be served.
    rmSync(dist, { recursive: true })
    start()
    await eventually(() => said, Boolean)
    expect(said).toMatch(/^The dashboard could not be built; the server runs without it, or.*absent\.js/s)
    const { status, text } = await eventually(page, (found) => !found.text.includes('is being built'))
    writeFileSync(main, source)
    expect([status, text]).toEqual([503, expect.stringMatching(/could not be built(?!.*absent)/s)])
    build!.stdin!.end()
    await new Promise((ended) => build!.once('exit', ended))
    start()
    await eventually(page, (found) => found.status === 200)
  })

  const STAMP = join(dist, '.stackgate-built')
  const stamp = () => readFileSync(STAMP, 'utf8')
  /** Parts of builds that are not done, and who builds. */
  const unfinished = () => readdirSync(join(project, 'dist')).filter((name) => name.startsWith('dashboard'))
  const change = () => {
    const main = join(project, 'dashboard/src/main.tsx')
    writeFileSync(main, `${readFileSync(main, 'utf8')}\n`)
  }
  const hasBegun = () => eventually(unfinished, (names) => names.some((name) => /^dashboard-\d+$/.test(name)))

  it('is one for several that start together, and none of them fails', async () => {
    const before = stamp()
    change()
    const said: string[] = []
    const together = Array.from({ length: 6 }, () => {
      const child = spawn(process.execPath, ['build.mjs'], { cwd: project, env: childEnvironment })
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => void said.push(chunk.toString()))
      return child
    })
    await eventually(unfinished, (names) => names.includes('dashboard.builder'))
    await eventually(stamp, (text) => text !== before || said.length > 0)
    const codes = together.map(async (child) => {
      child.stdin.end()
      return new Promise((ended) => child.once('exit', ended))
    })
    expect([await Promise.all(codes), said]).toEqual([[0, 0, 0, 0, 0, 0], []])
  })

  it('is ended by a stop of the server, and leaves the pages of the last build', async () => {
    const before = stamp()
    change()
    const { stdin } = start()
    await hasBegun()
    stdin!.end()
    expect(await new Promise((ended) => build!.once('exit', ended))).toBe(0)
    expect([stamp(), (await page()).status, unfinished(), said]).toEqual([before, 200, [], ''])
  })

  it('takes no pages from a running server when it is killed, and is done by another process that waits', async () => {
    const before = stamp()
    change()
    const killed = spawn(process.execPath, ['build.mjs'], { cwd: project, env: childEnvironment, detached: true })
    await hasBegun()
    start()
    const seen = new Set<number>()
    process.kill(-killed.pid!, 'SIGKILL')
    await eventually(
      async () => {
        seen.add((await page()).status)
        return stamp()
      },
      (text) => text !== before,
    )
    expect([[...seen], said]).toEqual([[200], ''])
    build!.stdin!.end()
    await new Promise((ended) => build!.once('exit', ended))
    expect(unfinished()).toEqual([])
  })
})
