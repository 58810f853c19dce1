import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '#test/support/child-environment.js'
import { describeUnless } from '#test/support/skip.js'
import { SANDBOX_TOKEN, startTestServer } from '#test/support/test-server.js'

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
    shows: ['SUBMITTED', '"APPROVED"', '$49.00', 'TEMPLATE_NOT_PURCHASED', '"rating": 5', '$39.20', 'REFUNDED'],
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
      expect(shows.filter((text) => !output.includes(text)).map((text) => `${text} is not in ${output}`)).toEqual([])
      expect([...output.matchAll(/"(?:GRAPHQL_\w+|INTERNAL\w*|BAD_USER_INPUT)"/g)].map(([code]) => code)).toEqual([])
    } finally {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

/** Without blocking: the server runs in this process. */
function run(folder: string, env: Record<string, string>): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      'bash',
      // `tee /dev/stderr` can open a pipe, and not the socket that Node gives to its children.
      ['-o', 'pipefail', '-c', 'bash -e tutorial.sh 2>&1 | cat'],
      { cwd: folder, env: { ...childEnvironment, ...env }, timeout: 120_000, maxBuffer: 64 * 1_048_576 },
      (error, stdout) => resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout }),
    )
  })
}
