import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTool } from '../support/install-tools.js'
import { describeUnless } from '../support/skip.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const python = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version_info >= (3, 10))'], {
  encoding: 'utf8',
})
const withoutPython =
  python.status === 0 && python.stdout.trim() === 'True' ? null : 'this machine has no Python 3.10 with venv'

/** Polls are held for up to two minutes. */
const LONG_POLLS = '/wait/'
const EXAMPLES = process.env['OPENAPI_EXAMPLES'] ?? '15'

/** `npm run test:long -- openapi-fuzz`: schemathesis sends requests that it makes of the served OpenAPI document. */
describeUnless(withoutPython)('OpenAPI document', () => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'ai-platform' } })
    folder = mkdtempSync(join(tmpdir(), 'stackgate-openapi-'))
    const must = async (command: string, ...args: string[]) => {
      const { code, output } = await runTool(command, args, { cwd: process.cwd() })
      expect([code, code === 0 ? '' : output]).toEqual([0, ''])
    }
    await must('python3', '-m', 'venv', join(folder, 'venv'))
    const requirements = 'test/long/openapi-tools/requirements.txt'
    await must(join(folder, 'venv/bin/python'), '-m', 'pip', 'install', '--quiet', '-r', requirements)
  }, 600_000)
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('describes every status, type and body of the responses to generated requests', async () => {
    const token = await server.token('ops@example.com', { roles: ['admin'] })
    const args = [
      ['run', `${server.url}/openapi.json`],
      ['--url', server.url],
      ['--header', `Authorization: Bearer ${token}`],
      [
        '--checks',
        'not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance',
      ],
      ['--phases', 'examples,coverage,fuzzing'],
      ['--max-examples', EXAMPLES],
      ['--exclude-path-regex', LONG_POLLS],
      ['--continue-on-failure', '--no-color', '--no-shrink', '--generation-database', 'none'],
      ['--warnings', 'off'],
    ].flat()
    const { code, output } = await runTool(join(folder, 'venv/bin/schemathesis'), args, { cwd: folder })
    const faults = server.logLines.filter((line) => /^\{"level":(?:50|60)/.test(line))
    expect([code, code === 0 ? '' : output.slice(-20_000), faults]).toEqual([0, '', []])
    expect(output).toMatch(/\d+ generated/)
  }, 1_800_000)
})
