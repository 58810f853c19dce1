import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { isReachableByOthers } from '#services/kernel/embedded-postgres/binaries.js'
import { freePort } from '../support/free-port.js'
import { itUnless } from '../support/skip.js'
import { childEnvironment } from '#test/support/child-environment.js'

const UID = 1000
const notAsOther =
  process.getuid?.() !== 0
    ? 'only root can start a process as another user'
    : isReachableByOthers(process.cwd()) && isReachableByOthers(process.execPath)
      ? null
      : 'another user cannot reach this checkout'

/** A small disk of its own. */
const noSmallDisk =
  process.getuid?.() !== 0
    ? 'only root can mount a disk'
    : spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
      ? null
      : 'this machine mounts no disk for a process'

/** Starts that must end with a sentence, and what they leave behind. */
describe('Failed start', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-refused-'))
    chmodSync(folder, 0o755)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const start = async (
    env: Record<string, string>,
    program = 'dist/src/main.js',
    options: { uid?: number; gid?: number; cwd?: string } = {},
  ) => {
    const child = spawn(process.execPath, [program], {
      env: {
        ...childEnvironment,
        DATA_DIR: join(folder, 'data'),
        PORT: String(await freePort()),
        SANDBOX_PORT: String(await freePort()),
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...options,
    })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect([code, /\n\s+at /.test(stderr)]).toEqual([1, false])
    return stderr
  }

  itUnless(noSmallDisk)('reports a full disk, with the space that it needs', async () => {
    const data = join(folder, 'data')
    mkdirSync(data)
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', data]).status).toBe(0)
    try {
      const said = await start({})
      expect(said).toContain(`cannot create the database in ${data}/postgres: the disk is full. Free at least 100 MB`)
      expect(said).not.toContain('initdb')
    } finally {
      spawnSync('umount', ['--lazy', data])
    }
  })

  it('reports a port in use, with the settings that change it', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    try {
      const port = String((other.address() as AddressInfo).port)
      expect(await start({ PORT: port })).toContain(`${port}: the port is in use; set PORT or SANDBOX_PORT`)
      expect(existsSync(join(folder, 'data/postgres'))).toBe(false)
    } finally {
      await new Promise((resolve) => other.close(resolve))
    }
  })

  it('reports a wrong CATALOG before starting anything', async () => {
    const names = globSync('catalogs/*.yaml').map((path) => basename(path, '.yaml'))
    const accepted = `Accepted are ${names.toSorted().join(', ')}, or the path of a YAML file.`
    const nowhere = await start({ CATALOG: 'nowhere' })
    expect(nowhere).toContain('CATALOG: catalog nowhere not found')
    expect(nowhere).toContain(accepted)
    expect(await start({ CATALOG: 'atribution' })).toContain(`Did you mean attribution? ${accepted}`)
    expect(existsSync(join(folder, 'data/postgres'))).toBe(false)
  })

  it('reports misspelled settings of .env before starting anything', async () => {
    writeFileSync(join(folder, '.env'), 'STRIPE_SECERT_KEY=sk_live_1\nDATABSE_URL=postgres://db/x\n')
    const said = await start({}, join(process.cwd(), 'dist/src/main.js'), { cwd: folder })
    expect(said).toContain('STRIPE_SECERT_KEY is unknown. Did you mean STRIPE_SECRET_KEY?')
    expect(said).toContain('DATABSE_URL is unknown. Did you mean DATABASE_URL?')
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })

  it('reads settings of .env, after those of the environment', async () => {
    writeFileSync(join(folder, '.env'), 'CATALOG=from_file\nLOG_LEVEL=loud\n')
    const said = await start({ CATALOG: 'try-direct' }, join(process.cwd(), 'dist/src/main.js'), { cwd: folder })
    expect(said).toMatch(/LOG_LEVEL/)
    expect(said).not.toMatch(/from_file/)
  })

  it('reports a catalog with too many levels', async () => {
    const path = join(folder, 'deep.yaml')
    writeFileSync(path, `business: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`)
    expect(await start({ CATALOG: path })).toMatch(/^stackgate: deep\.yaml:1:\d+ Nested deeper than 100 levels\n$/)
  })

  it('reports a port that browsers and fetch block, and a token that is too short', async () => {
    const said = await start({ SANDBOX_PORT: '5060', SANDBOX_TOKEN: 'short' })
    expect(said).toContain('SANDBOX_PORT: port 5060 is blocked by browsers and fetch')
    expect(said).toContain('SANDBOX_TOKEN: must be at least 16 characters long (docs/configuration.md)')
  })

  it('reports a data folder that is a file, or below one', async () => {
    writeFileSync(join(folder, 'data'), '')
    expect(await start({})).toMatch(/cannot write .*data: it is a file\. Set DATA_DIR/)
    expect(await start({ DATA_DIR: join(folder, 'data/below') })).toMatch(
      /cannot write .*below: a part of its path is a file/,
    )
  })

  itUnless(notAsOther)(
    'reports files of an earlier start as root in a user’s data folder, with the remedy',
    async () => {
      const data = join(folder, 'data')
      mkdirSync(data)
      chownSync(data, UID, UID)
      writeFileSync(join(data, 'sandbox-token'), 'x'.repeat(32), { mode: 0o600 })
      const said = await start({}, 'dist/src/main.js', { uid: UID, gid: UID })
      expect(said).toContain(`${data}/sandbox-token belongs to root, after a start as root`)
      expect(said).toContain(`sudo chown -R ${UID} ${data}`)
      expect(said).not.toContain('SANDBOX_PORT')
    },
  )

  itUnless(notAsOther)('reports the owner of the database when started as root', async () => {
    mkdirSync(join(folder, 'data/postgres'), { recursive: true })
    chownSync(join(folder, 'data/postgres'), UID, UID)
    expect(await start({})).toMatch(
      /data\/postgres belongs to user 1000: start Stackgate as that user, or set DATA_DIR/,
    )
  })

  it('reports a full disk if the sandbox cannot write its state', async () => {
    mkdirSync(join(folder, 'data/sandbox'), { recursive: true })
    symlinkSync('/dev/full', join(folder, 'data/sandbox/journal.jsonl.new'))
    expect(await start({}, 'packages/sandbox/dist/main.js')).toMatch(
      /^sandbox: the state of the sandbox cannot be written: the disk is full/,
    )
  })

  it('reports an unreachable package registry within seconds', () => {
    for (const file of ['src/start.mjs', 'src/bootstrap.mjs', 'src/machine.mjs', 'package.json', 'package-lock.json'])
      cpSync(file, join(folder, file))
    const { status, stderr } = spawnSync(process.execPath, [join(folder, 'src/start.mjs')], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        npm_config_registry: 'http://127.0.0.1:1/',
        npm_config_cache: join(folder, 'cache'),
      },
    })
    expect(status).toBe(1)
    expect(stderr).toContain(
      'the package registry cannot be reached (ECONNREFUSED): the first start needs the network once',
    )
  })
})
