import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '#test/support/child-environment.js'

const PARTS = [
  'src',
  'migrations',
  'packages/sandbox',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
]
const isSource = (path: string): boolean => !/\/(?:dist|node_modules)(?:\/|$)/.test(path)

// `npm start` of a new checkout: removes the types of the code without checking them. All other builds check them.
describe('First build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate first build-'))
  beforeAll(() => {
    for (const part of PARTS) cpSync(part, join(folder, part), { recursive: true, filter: isSource })
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const start = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['src/start.mjs', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...childEnvironment },
    })

  it('compiles every module once, and its programs run', () => {
    const first = start('--entry', 'stackgate', '--version')
    expect([first.status, first.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+/)])
    expect(first.stderr).toContain('Building: done')
    const modules = globSync('{src,migrations,packages/sandbox}/**/*.ts', { cwd: folder }).filter(isSource)
    const missing = modules
      .map((path) => (path.startsWith('packages/') ? path.replace('sandbox/', 'sandbox/dist/') : `dist/${path}`))
      .filter((path) => !existsSync(join(folder, path.replace(/ts$/, 'js.map'))))
    expect([modules.length > 1_500, missing]).toEqual([true, []])
    const built = statSync(join(folder, 'dist/src/main.js')).mtimeMs
    // Another program of the same checkout accepts the build.
    const again = start('--entry', 'print-schema')
    expect([again.status, again.stderr, statSync(join(folder, 'dist/src/main.js')).mtimeMs]).toEqual([0, '', built])
    const schema = 'src/schema/schema.graphql'
    expect(readFileSync(join(folder, schema), 'utf8')).toBe(readFileSync(schema, 'utf8'))
  })

  it('is no build for tests and packages, which check the types', () => {
    const stamp = readFileSync(join(folder, 'dist/.stackgate-built'), 'utf8')
    expect(stamp).toMatch(/^[0-9a-f]{64} unchecked$/)
    // Prints the line with which the compiler would begin, and ends there.
    const program = `const { ensureBuilt } = await import('./src/bootstrap.mjs'); await ensureBuilt((line) => { console.log(line); process.exit() })`
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(said).toBe('Building …\n')
  })
})
