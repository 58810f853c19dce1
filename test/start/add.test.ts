import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { addToApplication } from '#startup/add/add-to-application.js'
import { childEnvironment } from '#test/support/child-environment.js'
import { runTool } from '#test/support/install-tools.js'
import { writeFiles } from '#test/support/package-apps.js'
import { itUnless, withoutGo } from '#test/support/skip.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const CLI = resolve('dist/src/cli/stackgate.js')

const manifest = (dependency: string, type?: string) => ({ name: 'shop', type, dependencies: { [dependency]: '*' } })

/** Empty applications by name: their files, and the files that are written. */
const APPLICATIONS = {
  'next in src': [
    { 'package.json': manifest('next'), 'tsconfig.json': {}, 'src/app/page.tsx': '', '.gitignore': '.env*\n' },
    [
      '.env.local',
      'src/app/api/stackgate/route.ts',
      'src/app/pricing/page.tsx',
      'src/app/webhooks/stackgate/route.ts',
      'src/stackgate.test.mjs',
      'src/stackgate.ts',
    ],
  ],
  'next without types': [
    { 'package.json': manifest('next'), 'app/page.jsx': '', '.gitignore': '.env*\n' },
    [
      '.env.local',
      'app/api/stackgate/route.js',
      'app/pricing/page.jsx',
      'app/webhooks/stackgate/route.js',
      'stackgate.js',
      'stackgate.test.mjs',
    ],
  ],
  express: [
    { 'package.json': manifest('express'), '.env': 'PORT=1' },
    ['stackgate.mjs', 'stackgate.test.mjs', '.gitignore'],
  ],
  fastify: [
    { 'package.json': manifest('fastify', 'module') },
    ['.env', '.gitignore', 'stackgate.js', 'stackgate.test.mjs'],
  ],
  hono: [
    { 'package.json': manifest('hono'), 'tsconfig.json': {}, 'src/index.ts': '', '.gitignore': 'node_modules' },
    ['.env', 'src/stackgate.test.mjs', 'src/stackgate.ts'],
  ],
  fastapi: [
    { 'requirements.txt': 'uvicorn\nfastapi==0.1\n', 'app/__init__.py': '', 'app/main.py': '' },
    ['.env', '.gitignore', 'app/stackgate_routes.py', 'app/test_stackgate.py'],
  ],
  django: [
    { 'manage.py': '', 'shop/settings.py': '' },
    ['.env', '.gitignore', 'shop/stackgate_routes.py', 'shop/test_stackgate.py'],
  ],
  go: [
    { 'go.mod': 'module shop', 'main.go': '// A shop.\npackage main\n' },
    ['.env', '.gitignore', 'stackgate.go', 'stackgate_test.go'],
  ],
} as const satisfies Record<string, readonly [Record<string, string | object>, readonly string[]]>

/** The sources of the client, which the packed package has compiled. */
const CLIENT_SOURCES = [
  '--conditions=@stackgate/source',
  '--experimental-transform-types',
  '--no-warnings',
  '--import',
  `data:text/javascript,${encodeURIComponent(`import { registerHooks } from 'node:module'
registerHooks({ resolve: (name, context, next) => next(
  name.startsWith('.') && context.parentURL?.includes('/packages/client/src/') ? name.replace(/\\.js$/, '.ts') : name, context) })`)}`,
]

describe('stackgate add', () => {
  const folders: string[] = []
  const newApplication = (files: Readonly<Record<string, string | object>>) => {
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-add-'))
    folders.push(folder)
    writeFiles(folder, files)
    return folder
  }
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

  const contentOf = (folder: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .toSorted()
        .map((path) => [path, statSync(join(folder, path)).isFile() ? readFileSync(join(folder, path), 'utf8') : '/']),
    )
  const statesOf = ({ files }: ReturnType<typeof addToApplication>) => new Set(files.map(({ state }) => state))

  it.each(Object.entries(APPLICATIONS))(
    'changes an application of %s once, and back to what it was',
    (_name, [files, written]) => {
      const folder = newApplication(files)
      const before = contentOf(folder)
      const planned = addToApplication({}, folder, { dryRun: true })
      expect(contentOf(folder)).toEqual(before)

      const added = addToApplication({}, folder, {})
      expect(added).toEqual(planned)
      const after = contentOf(folder)
      const changed = Object.keys(after).filter((path) => after[path] !== before[path] && after[path] !== '/')
      expect(changed).toEqual(expect.arrayContaining([...written]))
      expect(added.files.flatMap(({ path, state }) => (state === 'kept' ? [] : [path])).toSorted()).toEqual(
        changed.toSorted(),
      )
      expect(Object.values(after).join('')).not.toMatch(/[‹›]/)
      const { install, settings, lines } = added.byHand
      expect(install.length + settings.length + lines.length + 1).toBeLessThanOrEqual(12)

      expect(statesOf(addToApplication({}, folder, {}))).toEqual(new Set(['kept']))
      expect(contentOf(folder)).toEqual(after)
      addToApplication({}, folder, { remove: true, dryRun: true })
      expect(contentOf(folder)).toEqual(after)
      expect(addToApplication({}, folder, { remove: true }).files.map(({ path }) => path)).toEqual(
        added.files.map(({ path }) => path),
      )
      expect(
        Object.fromEntries(Object.entries(contentOf(folder)).map(([path, text]) => [path, text.trimEnd()])),
      ).toEqual(Object.fromEntries(Object.entries(before).map(([path, text]) => [path, text.trimEnd()])))
    },
  )

  it('keeps what a person changed, and settings that exist', () => {
    const folder = newApplication({ ...APPLICATIONS.fastify[0], '.env': 'STACKGATE_URL=https://b.example.com' })
    addToApplication({}, folder, {})
    const env = readFileSync(join(folder, '.env'), 'utf8')
    expect(env.match(/^STACKGATE_\w+=.*$/gm)).toEqual([
      'STACKGATE_URL=https://b.example.com',
      'STACKGATE_SECRET_KEY=',
      'STACKGATE_WEBHOOK_SECRET=',
    ])
    writeFileSync(join(folder, '.env'), env.replace('SECRET_KEY=', 'SECRET_KEY=sk_1'))
    writeFileSync(join(folder, 'stackgate.js'), `${readFileSync(join(folder, 'stackgate.js'), 'utf8')}// mine\n`)
    const changed = contentOf(folder)
    addToApplication({}, folder, {})
    expect(contentOf(folder)).toEqual(changed)
    const { files } = addToApplication({}, folder, { remove: true })
    expect(files.filter(({ state }) => state === 'kept').map(({ path }) => path)).toEqual(['stackgate.js', '.env'])
    expect(contentOf(folder)).toMatchObject({ 'stackgate.js': changed['stackgate.js'], '.env': changed['.env'] })
  })

  it.each([
    [{}, /no framework found/],
    [{ 'package.json': '{' }, /package\.json is not JSON/],
    [{ 'package.json': { dependencies: { hono: '*', express: '*' } } }, /has hono and express: name one/],
    [{ 'package.json': manifest('hono'), 'wrangler.jsonc': '' }, /Cloudflare Workers/],
    [{ 'package.json': manifest('next'), 'pages/index.js': '' }, /App Router/],
    [{ 'requirements.txt': 'fastapi' }, /main\.py was found neither/],
    [{ 'go.mod': 'module shop' }, /no file of Go/],
    [
      { 'package.json': manifest('express'), 'stackgate.mjs': 'mine' },
      /stackgate\.mjs .* rename it first\. Nothing was written/,
    ],
  ])('refuses %j with a reason, and writes nothing', (files, reason) => {
    const folder = newApplication(files)
    const before = contentOf(folder)
    expect(() => addToApplication({}, folder, {})).toThrow(reason)
    expect(contentOf(folder)).toEqual(before)
  })

  it('refuses a feature that the catalog does not have', () => {
    const folder = newApplication(APPLICATIONS.go[0])
    expect(() => addToApplication({ CATALOG: 'attribution' }, folder, { feature: 'exprots' })).toThrow(
      /did you mean.*exports/is,
    )
  })

  describe('with a server', () => {
    let server: TestServer
    let env: NodeJS.ProcessEnv
    beforeAll(async () => {
      server = await startTestServer({ env: { CATALOG: 'attribution' } })
      const key = await server.serviceKey(['entitlements:write', 'billing:write', 'accounts:write'])
      env = { ...childEnvironment, STACKGATE_URL: server.url, STACKGATE_SECRET_KEY: key }
    })
    afterAll(() => server?.close())

    /** Adds the files by the program, prints what it says, and runs the test that it wrote. */
    const add = (folder: string, ...args: string[]) =>
      spawnSync(process.execPath, [CLI, 'add', ...args], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...childEnvironment, CATALOG: 'attribution' },
      })

    it('writes a test that passes in an application of Fastify', async () => {
      const folder = newApplication(APPLICATIONS.fastify[0])
      symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
      const { status, stdout, stderr } = add(folder, '--feature', 'exports')
      expect([status, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/^created {3}stackgate\.js\n/)
      expect(stdout).toContain(`app.get('/…', { preHandler: requires('exports') }, …)`)
      expect(stdout).toContain('node --env-file=.env --test stackgate.test.mjs')
      const { code, output } = await runTool(process.execPath, [...CLIENT_SOURCES, 'stackgate.test.mjs'], {
        cwd: folder,
        env,
      })
      expect([code, code === 0 ? '' : output]).toEqual([0, ''])
      expect(output).toMatch(/pass 3/)
    })

    itUnless(withoutGo())('writes a test that passes in a program in Go', async () => {
      const folder = newApplication({
        'go.mod': `module shop\n\ngo 1.26\n\nrequire stackgate.example/stackgate v0.0.0\n\nreplace stackgate.example/stackgate => ${resolve('packages/go')}\n`,
        'main.go': 'package main\n\nimport "net/http"\n\nfunc main() { stackgateRoutes(http.NewServeMux()) }\n',
      })
      expect(add(folder, 'go', '--feature', 'exports').status).toBe(0)
      const ofGo = { ...env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' }
      for (const command of ['vet', 'test']) {
        const { code, output } = await runTool('go', [command, './...'], { cwd: folder, env: ofGo })
        expect([code, code === 0 ? '' : output]).toEqual([0, ''])
      }
      expect(spawnSync('gofmt', ['-l', folder], { encoding: 'utf8' }).stdout).toBe('')
    })
  })
})
