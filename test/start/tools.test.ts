import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '#test/support/child-environment.js'

const NAMES = ['used', 'tool'] as const
/** Of a process that has ended. */
const ENDED = spawnSync(process.execPath, ['--version']).pid

// A server starts without packages of development, which are added while it runs.
describe('Packages of development', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate tools-'))
  const stamp = join(folder, 'node_modules/.stackgate-installed')
  const has = (name: string) => existsSync(join(folder, `node_modules/${name}/index.js`))
  const state = () => readFileSync(stamp, 'utf8').replace(/^[0-9a-f]{64}/, '')
  const npm = (...args: readonly string[]) => {
    const end = spawnSync('npm', [...args, '--offline'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...childEnvironment },
    })
    expect([end.status, end.stderr]).toEqual([0, ''])
  }
  /** Installs as a program of the project does, and returns what it said. */
  const install = (mayLackTools: boolean) => {
    const program = `const { ensureInstalled } = await import('./src/bootstrap.mjs')
      await ensureInstalled((line) => console.log(line.replace(/( …|: done).*/, '')), ${mayLackTools})`
    const end = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...childEnvironment },
    })
    expect([end.status, end.stderr]).toEqual([0, ''])
    return [...new Set(end.stdout.split('\n').filter(Boolean))]
  }

  beforeAll(() => {
    for (const file of ['bootstrap.mjs', 'machine.mjs']) cpSync(`src/${file}`, join(folder, 'src', file))
    for (const name of NAMES) {
      mkdirSync(join(folder, name))
      writeFileSync(join(folder, name, 'package.json'), JSON.stringify({ name, version: '1.0.0' }))
      writeFileSync(join(folder, name, 'index.js'), '')
      npm('pack', '--silent', `./${name}`)
    }
    const [dependencies, devDependencies] = NAMES.map((name) => ({ [name]: `file:${name}-1.0.0.tgz` }))
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', dependencies, devDependencies }))
    npm('install', '--package-lock-only', '--silent')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('are left out of the first installation, and added for programs that need them', () => {
    expect(install(true)).toEqual([expect.stringMatching(/^Installing packages/)])
    expect([has('used'), has('tool'), state()]).toEqual([true, false, ' without packages of development'])
    expect(install(true)).toEqual([])
    expect(install(false)).toEqual(['Adding packages of development'])
    expect([has('used'), has('tool'), state()]).toEqual([true, true, ''])
    expect(install(false)).toEqual([])
  })

  it('are removed and added again if npm was ended before', () => {
    writeFileSync(stamp, `${readFileSync(stamp, 'utf8')} adding packages of development: ${ENDED}`)
    rmSync(join(folder, 'node_modules/tool/index.js'))
    expect(install(true)).toEqual([])
    expect([existsSync(join(folder, 'node_modules/tool')), has('used')]).toEqual([false, true])
    expect(install(false)).toEqual(['Adding packages of development'])
    expect([has('used'), has('tool'), state()]).toEqual([true, true, ''])
  })

  it('are left to an npm that outlives the program that started it', () => {
    const adding = `${readFileSync(stamp, 'utf8')} adding packages of development: ${ENDED} ${process.pid}`
    writeFileSync(stamp, adding)
    expect(install(true)).toEqual([])
    expect([readFileSync(stamp, 'utf8'), has('tool')]).toEqual([adding, true])
  })

  it('can be added again after npm has failed', () => {
    writeFileSync(stamp, `${readFileSync(stamp, 'utf8').slice(0, 64)} adding packages of development: ${ENDED}`)
    expect(install(true)).toEqual([])
    const failing = `const { addTools } = await import('./src/bootstrap.mjs')
      await addTools(() => undefined).done.catch(() => console.log('failed'))`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', failing], {
      cwd: folder,
      encoding: 'utf8',
      // Not a program that can install.
      env: { ...childEnvironment, npm_execpath: join(folder, 'missing.js') },
    })
    expect([stdout, has('tool'), state()]).toEqual(['failed\n', false, ' without packages of development'])
    expect(install(false)).toEqual(['Adding packages of development'])
    expect([has('tool'), state()]).toEqual([true, ''])
  })
})
