import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDebianImage, noContainers, noImages, startPodman, type Podman } from '../support/containers.js'
import { freePort } from '../support/free-port.js'
import { addNextMigration, NEXT_MIGRATION } from '../support/next-release.js'
import { describeUnless } from '../support/skip.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'

const BASE = 'localhost/debian-node:24'
const IMAGE = 'localhost/stackgate:test'
const NEXT_IMAGE = 'localhost/stackgate:next'
/** Without the Debian that it was built with. */
const LARGEST_BYTES = 300_000_000
const DEVELOPMENT =
  /(?:^|\/)(?:typescript|jest|vite|vitepress|oxlint|esbuild|npm|npx|corepack|sh|bash|apt|dpkg)$|\.(?:ts|tsx|md|map|flow)$|(?:^|\/)(?:test|bench)\//
const PACKAGES = /^app\/node_modules\//

const PAGE = readFileSync('docs/go-live.md', 'utf8')

/** The commands for Docker on the page, which Podman understands, too. */
const commandOfPage = (verb: string): string[] =>
  [...PAGE.matchAll(/^(docker .*?)(?:\s+#.*)?$/gm)]
    .map(([, words]) => words!)
    .filter((words) => words.startsWith(`docker ${verb} `))

const inContainer = (words: string, name: string): string[] => words.replace('CONTAINER', name).split(' ').slice(1)

/** `npm run test:long -- image`: built from a Debian root, because no base image can be pulled; podman and debootstrap as root. */
describeUnless(noImages())('Container image', () => {
  let podman: Podman
  let folder: string
  let files: string[]
  const fileOf = (path: string) =>
    spawnSync('tar', ['xOf', join(folder, 'image.tar'), path], { encoding: 'utf8', maxBuffer: 64 * 1_048_576 }).stdout
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-image-test-'))
    podman = await startPodman()
    await makeDebianImage(podman, BASE)
    const build = ['--isolation', 'chroot', '--network', 'host', '--pull-never']
    // The page names the options for Podman after those for Docker.
    const [command] = commandOfPage('build')
    const [, forPodman] = /# or: podman build (.*) -t stackgate \.$/m.exec(PAGE)!
    expect(command).toBe('docker build -f deploy/Dockerfile -t stackgate .')
    await podman.must(
      'build',
      ...build,
      ...forPodman!.split(' '),
      '--build-arg',
      `BASE=${BASE}`,
      '--ignorefile',
      'deploy/Dockerfile.dockerignore',
      '--tag',
      IMAGE,
      '.',
    )
    const next = join(folder, 'next')
    mkdirSync(next)
    cpSync('dist/migrations', join(next, 'dist/migrations'), { recursive: true })
    addNextMigration(join(next, 'dist'))
    writeFileSync(join(next, 'Dockerfile'), `FROM ${IMAGE}\nCOPY dist/migrations dist/migrations\n`)
    await podman.must('build', ...build, '--format', 'docker', '--layers', '--tag', NEXT_IMAGE, next)
    const container = (await podman.must('create', IMAGE)).trim()
    await podman.must('export', '--output', join(folder, 'image.tar'), container)
    files = spawnSync('tar', ['tf', join(folder, 'image.tar')], { encoding: 'utf8', maxBuffer: 64 * 1_048_576 })
      .stdout.split('\n')
      .map((path) => path.replace(/^\.\//, ''))
  })
  afterAll(async () => {
    await podman.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  it('has a user without privileges, a health check, and a layer for each part', async () => {
    const [{ Config: config, RootFS: root, Size: size }] = JSON.parse(await podman.must('image', 'inspect', IMAGE)) as [
      { Config: Record<string, unknown>; RootFS: { Layers: string[] }; Size: number },
    ]
    expect(config).toMatchObject({
      User: '1000:1000',
      Volumes: { '/var/lib/stackgate': {} },
      Cmd: ['node', '--enable-source-maps', 'dist/src/main.js'],
      StopSignal: 'SIGTERM',
      Labels: expect.objectContaining({ 'org.opencontainers.image.licenses': 'MIT' }),
    })
    expect(await podman.must('image', 'inspect', IMAGE)).toContain('/health/live')
    expect(root.Layers.length).toBeGreaterThanOrEqual(4)
    const history = JSON.parse(await podman.must('history', '--format', 'json', '--human=false', IMAGE)) as {
      size: number
      CreatedBy: string
    }[]
    const layers = history
      .filter((layer) => layer.size > 10_000)
      .map((layer) => `${(layer.size / 1e6).toFixed(1)} MB ${layer.CreatedBy.slice(0, 100)}`)
    process.stderr.write(`image: ${(size / 1e6).toFixed(1)} MB\n${layers.join('\n')}\n`)
    expect(size).toBeLessThan(LARGEST_BYTES)
  })

  it('contains nothing of development and no shell', () => {
    expect(files).toEqual(
      expect.arrayContaining(['usr/local/bin/node', 'app/dist/src/main.js', 'app/catalogs/try-direct.yaml']),
    )
    // Errors of the compiled server name lines of its sources.
    const wrong = files
      .filter((path) => !/^app\/dist\/.*\.map$/.test(path))
      .filter((path) => DEVELOPMENT.test(PACKAGES.test(path) ? path.replace(PACKAGES, '') : path))
    const licenses = /licen[cs]e|copying|notice/i
    expect(wrong.filter((path) => !licenses.test(path) && !/\/(?:test|bench)\//.test(path))).toEqual([])
    expect(files.filter((path) => !PACKAGES.test(path) && /(?:^|\/)(?:test|bench)\//.test(path))).toEqual([])
    expect(
      files.filter((path) => /node_modules\/(?:jest|vite|typescript|@types|@stackgate|playwright-core)\//.test(path)),
    ).toEqual([])
  })

  it('lists every part with its license, and contains the licenses', () => {
    const bom = JSON.parse(fileOf('app/sbom.cdx.json')) as {
      bomFormat: string
      specVersion: string
      metadata: { component: { name: string; version: string } }
      components: {
        name: string
        version: string
        purl: string
        licenses?: unknown[]
        properties?: { value: string }[]
      }[]
    }
    const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string; version: string }
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name, version } } })
    expect(Number(bom.specVersion)).toBeGreaterThanOrEqual(1.5)
    const installed = files
      .filter((path) => /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path))
      .map((path) => path.replace(/^app\/(.*)\/package\.json$/, '$1'))
    const listed = bom.components.flatMap(({ properties = [] }) => properties.map(({ value }) => value))
    process.stderr.write(`image: ${installed.length} packages\n`)
    expect(installed.length).toBeGreaterThan(100)
    expect(installed.filter((path) => !listed.includes(path))).toEqual([])
    expect(bom.components.filter(({ licenses = [] }) => licenses.length === 0).map((each) => each.name)).toEqual([])
    const system = bom.components.filter(({ purl }) => /^pkg:(?:deb|generic)/.test(purl))
    expect(system.map((each) => each.name)).toEqual(expect.arrayContaining(['node', 'libc6', 'libstdc++6']))
    for (const { name: part } of system)
      expect(files).toContain(part === 'node' ? 'usr/share/doc/nodejs/LICENSE' : `usr/share/doc/${part}/copyright`)
    expect(files).toContain('app/LICENSE')
  })

  describeUnless(noContainers())('in a container', () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startTestServer()
    })
    afterAll(() => server.close())

    /** As `deploy/compose.yaml` does it: read-only root, no capabilities, no new privileges. */
    const start = async (name: string, image: string) => {
      const port = await freePort()
      const env = {
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL: server.databaseUrl,
        SECRETS_KEY: 'a secrets key of the tests',
        STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
        STRIPE_WEBHOOK_SECRET: server.webhookSecret,
        STRIPE_API_URL: server.sandbox.url,
        DATABASE_CONNECTIONS: '10',
      }
      await podman.must(
        'run',
        '--detach',
        '--name',
        name,
        '--read-only',
        '--cap-drop=all',
        '--security-opt=no-new-privileges',
        '--tmpfs',
        '/tmp:size=64m',
        '--volume',
        'data:/var/lib/stackgate',
        '--stop-timeout',
        '30',
        ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
        image,
      )
      const url = `http://127.0.0.1:${port}`
      const ready = () =>
        fetch(`${url}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        )
      const isUp = await eventually(ready, Boolean, 120_000).catch(() => false)
      expect([isUp, isUp ? '' : (await podman.run('logs', name)).stderr]).toEqual([true, ''])
      return url
    }
    const stateOf = async (name: string) =>
      (
        JSON.parse(await podman.must('inspect', name)) as [{ State: { Pid: number; ExitCode: number; Status: string } }]
      )[0].State
    const CONSUME = `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { denial { code } } }`
    const ask = async (url: string, key: string, query: string, variables: object = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query, variables }),
      })
      return (await response.json()) as { data?: Record<string, unknown>; errors?: { message: string }[] }
    }

    it('serves without root on a read-only root, is upgraded while it serves, and stops in time', async () => {
      const old = await start('old', IMAGE)
      const { Pid: pid } = await stateOf('old')
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m)
      expect(status).toMatch(/^CapEff:\t0+$/m)
      expect(status).toMatch(/^NoNewPrivs:\t1$/m)
      expect(await podman.run('healthcheck', 'run', 'old')).toMatchObject({ status: 0 })
      const write = (path: string) => podman.run('exec', 'old', 'node', '-e', `fs.writeFileSync('${path}', 'x')`)
      expect(await write('/app/x')).toMatchObject({ status: 1, stderr: expect.stringContaining('EROFS') })
      expect(await write('/tmp/x')).toMatchObject({ status: 0 })
      expect(await write('/var/lib/stackgate/x')).toMatchObject({ status: 0 })
      expect((await fetch(`${old}/dashboard/`)).status).toBe(200)
      const [doctor] = commandOfPage('exec').map((words) => inContainer(words, 'old'))
      const found = await podman.run(...doctor!, '--json')
      expect(JSON.parse(found.stdout)).toMatchObject({ findings: expect.any(Array) })
      const [copy] = commandOfPage('cp').map((words) => inContainer(words, 'old'))
      await podman.must(...copy!.slice(0, -1), folder)
      expect(JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8'))).toMatchObject({ bomFormat: 'CycloneDX' })

      const key = await server.serviceKey(['entitlements:read', 'entitlements:write'])
      const failures: unknown[] = []
      const end = new AbortController()
      let served = 0
      let target = old
      const client = (async () => {
        while (!end.signal.aborted) {
          const answer = await ask(target, key, '{ plans { code } }').catch((error: Error) => ({ errors: [error] }))
          if (answer.errors) failures.push(answer.errors)
          served++
          await new Promise((wake) => setTimeout(wake, 20))
        }
      })()
      const next = await start('next', NEXT_IMAGE)
      expect(await server.query(`select 1 from migration where name = $1`, [NEXT_MIGRATION])).toHaveLength(1)
      // The earlier release serves on the new schema until the proxy has changed over.
      expect((await ask(old, key, '{ plans { code } }')).errors).toBeUndefined()
      expect(
        (
          await ask(old, key, CONSUME, {
            input: { accountId: 'acc_none', feature: 'none', amount: 1 },
            key: 'a',
          })
        ).data,
      ).toBeDefined()
      target = next
      await podman.must('stop', 'old')
      expect(await stateOf('old')).toMatchObject({ Status: 'exited', ExitCode: 0 })
      end.abort()
      await client
      expect([failures, served > 20]).toEqual([[], true])
      expect(await podman.run('healthcheck', 'run', 'next')).toMatchObject({ status: 0 })
      await podman.must('stop', 'next')
      expect(await stateOf('next')).toMatchObject({ Status: 'exited', ExitCode: 0 })
    })
  })
})
