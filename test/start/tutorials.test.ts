import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stackgate } from '@stackgate/client/server'
import { childEnvironment } from '#test/support/child-environment.js'
import { runTool } from '#test/support/install-tools.js'
import { describeUnless, itUnless } from '#test/support/skip.js'
import { SANDBOX_TOKEN, startTestServer, type TestServer } from '#test/support/test-server.js'

const missing = ['bash', 'curl', 'jq'].filter((tool) => spawnSync('which', [tool]).status !== 0)
const PORTS = /\blocalhost:(4000|4010)\b/g

/** Tutorials with what their output shows. `docs/tutorial.md` is run by `readme.test.ts`. */
const TUTORIALS = {
  'gate-a-feature': {
    settings: {},
    shows: ['FEATURE_NOT_INCLUDED', '"url": "http', '"amount": 1', '"remaining"', '/p/session/'],
  },
  attribution: {
    settings: {},
    shows: ['FEATURE_NOT_INCLUDED', 'QUOTA_EXCEEDED', 'usage.warning', '"effectiveAt": "20', '"used": 0'],
  },
  communities: {
    settings: { PARENT_APP_URL: 'http://localhost:4100' },
    shows: ['"COMMUNITY"', 'FORBIDDEN', 'QUOTA_EXCEEDED', '"COMPLETED"', '"used": 101', '"used": 0'],
  },
  agileforge: {
    settings: {},
    shows: [
      '"TEAM"',
      '"trialDays": 14',
      'TRIALING',
      '"limit": 200',
      'QUOTA_EXCEEDED',
      '£5.00',
      '$10.00',
      '"limit": 70',
    ],
  },
  marketplace: {
    settings: {},
    shows: ['SUBMITTED', '"APPROVED"', '$49.00', 'TEMPLATE_NOT_PURCHASED', '$39.20', 'REFUNDED'],
  },
} as const

const blocksOf = (page: string, language: string): string[] =>
  [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].filter(([, found]) => found === language).map(([, , code]) => code!)

describeUnless(missing.length > 0 ? `this machine has no ${missing.join(', ')}` : null)('Tutorials', () => {
  it.each(Object.entries(TUTORIALS))('runs docs/tutorials/%s.md as written', async (name, { settings, shows }) => {
    const page = readFileSync(`docs/tutorials/${name}.md`, 'utf8')
    const [start, ...others] = blocksOf(page, 'sh')
    const variables = [...start!.matchAll(/(\w+)=(\S+)/g)].map(([, variable, value]) => [variable, value])
    const { CATALOG: catalog, DATA_DIR: _folder, ...rest } = Object.fromEntries(variables) as Record<string, string>
    expect([start!.endsWith('\nnpm start\n'), others, rest]).toEqual([true, [], settings])
    const server = await startTestServer({ env: { CATALOG: catalog!, ...rest } })
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-tutorial-'))
    try {
      mkdirSync(join(server.dataDir, 'mail'), { recursive: true })
      writeFileSync(join(server.dataDir, 'sandbox-token'), SANDBOX_TOKEN)
      const ports = { '4000': new URL(server.url).port, '4010': String(server.sandbox.port) }
      const program = `${process.execPath} ${join(process.cwd(), 'dist/src/cli/stackgate.js')}`
      const script = blocksOf(page, 'bash')
        .join('\n')
        .replaceAll(PORTS, (_, port: '4000' | '4010') => `localhost:${ports[port]}`)
        .replaceAll('npm run -s token --', `${program} token`)
        .replaceAll('npm run -s stackgate --', program)
      writeFileSync(join(folder, 'tutorial.sh'), script)
      const { code, output } = await run(folder, {
        CATALOG: catalog!,
        DATA_DIR: server.dataDir,
        DATABASE_URL: server.databaseUrl,
        SECRETS_KEY: 'a secrets key of the tests',
      })
      expect([code, code === 0 ? '' : output.slice(-6_000)]).toEqual([0, ''])
      expect(output.match(/^null$/gm)).toBeNull()
      expect(shows.filter((text) => !output.includes(text)).map((text) => `${text} is not in ${output}`)).toEqual([])
      expect([...output.matchAll(/"(?:GRAPHQL_\w+|INTERNAL\w*|BAD_USER_INPUT)"/g)].map(([code]) => code)).toEqual([])
    } finally {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('Samples of docs/tutorials/gate-a-feature.md that sell', () => {
  const page = readFileSync('docs/tutorials/gate-a-feature.md', 'utf8')
  const saleOf = (language: string, call: string): string =>
    blocksOf(page, language).find((code) => code.includes(call))!
  const noGo = spawnSync('go', ['version']).status === 0 ? null : 'this machine has no go'
  const noHttpx =
    spawnSync('python3', ['-c', 'import httpx']).status === 0 ? null : 'this machine has no package httpx of Python'
  let server: TestServer
  let folder: string
  let env: Record<string, string | undefined>
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' } })
    folder = mkdtempSync(join(tmpdir(), 'stackgate-samples-'))
    const key = await server.serviceKey(['entitlements:write', 'billing:write', 'accounts:write'])
    env = { ...childEnvironment, STACKGATE_URL: server.url, STACKGATE_SECRET_KEY: key }
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('return a page of payment in TypeScript, while both providers have keys', async () => {
    const code = saleOf('ts', '.checkout(')
      .replace(/^import .*\n/gm, '')
      .replaceAll('http://localhost:4000', server.url)
    const body = `return (async () => {\n${code}\n})()`
    const pages: unknown[] = []
    // oxlint-disable-next-line typescript/no-implied-eval -- it is the sample of the page
    const run = new Function('Stackgate', 'redirect', 'process', body) as (...given: unknown[]) => Promise<void>
    await run(Stackgate, (url: unknown) => pages.push(url), { env })
    expect(pages).toEqual([expect.stringMatching(/^http/)])
  })

  itUnless(noHttpx)('return a page of payment in Python', async () => {
    const code = saleOf('python', '.start_subscription(').replaceAll('http://localhost:4000', server.url)
    const names = 'import os\nredirect = show = print\nuser_id, email = "43", "eve@example.com"\n'
    const pythonEnv = { ...env, PYTHONPATH: join(process.cwd(), 'packages/python/src'), PYTHONDONTWRITEBYTECODE: '1' }
    const { code: status, output } = await runTool('python3', ['-c', names + code], { cwd: folder, env: pythonEnv })
    expect([status, output.trim()]).toEqual([0, expect.stringMatching(/^http/)])
  })

  itUnless(noGo)('return a page of payment in Go', async () => {
    const code = saleOf('go', '.StartSubscription(').replaceAll('customer:42', 'customer:44')
    const imports = ['context', 'fmt', 'log', 'os', 'stackgate.example/stackgate']
      .map((name) => `\t"${name}"\n`)
      .join('')
    const main = `package main\n\nimport (\n${imports})\n\nfunc main() {\nctx := context.Background()\n${code}}\n`
    writeFileSync(join(folder, 'main.go'), main)
    const [, version] = /^go (\S+)$/m.exec(readFileSync('packages/go/go.mod', 'utf8'))!
    const module = join(process.cwd(), 'packages/go')
    writeFileSync(
      join(folder, 'go.mod'),
      `module sample\n\ngo ${version}\n\nrequire stackgate.example/stackgate v0.0.0\n\nreplace stackgate.example/stackgate => ${module}\n`,
    )
    const goEnv = { ...env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' }
    const { code: status, output } = await runTool('go', ['run', '.'], { cwd: folder, env: goEnv })
    expect([status, output.trim()]).toEqual([0, expect.stringMatching(/^http/)])
  })
})

/** Without blocking: the server runs in this process. */
function run(folder: string, env: Record<string, string>): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      'bash',
      // `tee /dev/stderr` can open a pipe, and not the socket that Node gives to its children.
      ['-o', 'pipefail', '-c', 'bash -e tutorial.sh 2>&1 | cat'],
      { cwd: folder, env: { ...childEnvironment, ...env }, maxBuffer: 64 * 1_048_576 },
      (error, stdout) => resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout }),
    )
  })
}
