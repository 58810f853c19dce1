import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { deploymentWithAgent, type DeploymentWithAgent } from '../support/deployments.js'
import { installTools, runTool } from '../support/install-tools.js'
import { itUnless } from '../support/skip.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

interface Report {
  readonly enqueued: string
  readonly statuses: readonly string[]
  readonly cached: string
  readonly conflicts: readonly string[]
  readonly objects: number
  readonly keys: readonly string[]
  readonly listed: readonly string[]
  readonly complaints: readonly string[]
}

/** The examples of the page for each client, by their file. */
const examples = [
  ...readFileSync('docs/graphql-clients.md', 'utf8').matchAll(/^```(?:ts|python) client=([\w-]+)\n([^]*?)^```$/gm),
].map(([, client, text]) => [client === 'python' ? 'python.py' : `${client}.ts`, text!] as const)

const python = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version_info >= (3, 9))'], {
  encoding: 'utf8',
})
const withoutPython =
  python.status === 0 && python.stdout.trim() === 'True' ? null : 'this machine has no Python 3.9 with venv'

/** `npm run test:long -- client-tools`: client libraries and code generators with the documents of `examples/screens`. */
describe('Client tools', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  let folder: string
  let argument: string
  let proxyUrl: string
  const proxy = createServer((_request, response) => response.writeHead(502).end('<html>Bad gateway</html>'))

  beforeAll(async () => {
    server = await startTestServer()
    served = await deploymentWithAgent(server)
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/graphql`
    argument = JSON.stringify({ url: `${server.url}/graphql`, token: served.owner, hash: served.hash })
    folder = await installTools('test/long/client-tools')
    writeFileSync(join(folder, 'schema.graphql'), await (await fetch(`${server.url}/graphql/schema.graphql`)).text())
    copyFileSync('examples/live/keyless.ts', join(folder, 'keyless.ts'))
    cpSync('examples/screens', join(folder, 'documents'), { recursive: true })
    await must('make-sources.mjs')
    for (const [name, text] of examples) writeFileSync(join(folder, 'generated/snippets', name), text)
  }, 900_000)
  afterAll(async () => {
    proxy.close()
    await server.close()
  })

  /** Tools of npm start `node` by its name. */
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, NODE_OPTIONS: '' }
  const must = async (script: string, ...args: string[]) => {
    const { code, output } = await runTool(process.execPath, [script, ...args], { cwd: folder, env })
    expect([code, code === 0 ? '' : output]).toEqual([0, ''])
    return output
  }
  const reportOf = (output: string) => JSON.parse(output.trim().split('\n').at(-1)!) as Report

  it('GraphQL Code Generator makes types of all documents', async () => {
    const output = await must('node_modules/@graphql-codegen/cli/cjs/bin.js', '--config', 'codegen.mjs')
    expect(output).not.toMatch(/warn|deprecat/i)
  })

  it('gql.tada infers the types of all documents', async () => {
    await must('node_modules/gql.tada/bin/cli.js', 'generate-output')
    const output = await must('node_modules/gql.tada/bin/cli.js', 'check', '-c', 'tsconfig.tada.json', '--fail-on-warn')
    expect(output).not.toMatch(/warn\b/)
  })

  it("Relay's compiler accepts all documents, and pages, refetching and nodes", async () => {
    const output = await must('node_modules/relay-compiler/cli.js', 'relay.config.json')
    expect(output).not.toMatch(/WARN|ERROR/)
    expect(existsSync(join(folder, 'generated/relay/__generated__/accountPageRefetchQuery.graphql.ts'))).toBe(true)
  })

  it('TypeScript accepts what they made', async () => {
    expect(await must('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json')).toBe('')
  })

  it.each(['apollo.mjs', 'urql.mjs'])(
    '%s reads, writes and follows with a normalized cache, where no two objects have one ID',
    async (script) => {
      const report = reportOf(await must(script, argument))
      process.stderr.write(`${script}: ${JSON.stringify({ ...report, keys: report.keys.length })}\n`)
      expect(report).toMatchObject({ enqueued: 'Command', cached: 'CANCELED', conflicts: [], complaints: [] })
      expect(report.statuses).toEqual(['QUEUED', 'CANCELED'])
      expect(new Set(report.listed)).toEqual(new Set(['CANCELED']))
      expect(report.objects).toBeGreaterThan(20)
      const ids = report.keys.map((key) => key.slice(key.indexOf(':') + 1))
      expect(new Set(ids).size).toBe(ids.length)
    },
  )

  it.each(['apollo', 'relay'])('%s puts the edges of two pages into one list', async (client) => {
    const output = await must('pages.mjs', client, `${server.url}/graphql`)
    const { data } = await server.graphql<{ products: { nodes: { code: string }[] } }>(
      '{ products(first: 2) { nodes { code } } }',
    )
    const codes = data.products.nodes.map(({ code }) => code)
    expect(codes).toHaveLength(2)
    expect(JSON.parse(output.trim().split('\n').at(-1)!)).toEqual(codes)
  })

  /** A purchase, a denial, a token that is not valid, a server that cannot be reached, and a proxy that says so. */
  const calls = () =>
    JSON.stringify([
      [`${server.url}/graphql`, served.owner, 'plus', randomUUID()],
      [`${server.url}/graphql`, served.owner, 'galaxy', randomUUID()],
      [`${server.url}/graphql`, 'no token', 'plus', randomUUID()],
      ['http://127.0.0.1:1/graphql', served.owner, 'plus', randomUUID()],
      [proxyUrl, served.owner, 'plus', randomUUID()],
    ])
  const outcomes = [expect.stringMatching(/^https?:/), 'INVALID_PLAN', 'INVALID_TOKEN', 'UNREACHABLE', 'UNREACHABLE']

  it.each(['apollo', 'urql', 'relay', 'graphql-request'])(
    'the example of the page for %s distinguishes results, denials and errors',
    async (client) => {
      expect(examples.map(([name]) => name)).toContain(`${client}.ts`)
      const output = await must('snippets.mjs', client, calls())
      expect(JSON.parse(output.trim().split('\n').at(-1)!)).toEqual(outcomes)
    },
  )

  itUnless(withoutPython)(
    'ariadne-codegen makes a Python client that reads, and the example of the page works',
    async () => {
      const venv = join(folder, 'venv')
      const made = await runTool('python3', ['-m', 'venv', venv], { cwd: folder, env })
      expect([made.code, made.output]).toEqual([0, ''])
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt']
      const installed = await runTool(join(venv, 'bin/python'), pip, { cwd: folder, env })
      expect([installed.code, installed.output]).toEqual([0, expect.any(String)])
      const { code, output } = await runTool(join(venv, 'bin/python'), ['generate.py', argument], { cwd: folder, env })
      expect([code, code === 0 ? '' : output]).toEqual([0, ''])
      expect(JSON.parse(output.trim().split('\n').at(-1)!)).toEqual({
        plans: expect.arrayContaining(['plus']),
        account: expect.stringMatching(/^acc_/),
        deployment: served.hash,
        complaints: [],
      })
      const example = await runTool(join(venv, 'bin/python'), ['snippets.py', calls()], { cwd: folder, env })
      expect([example.code, JSON.parse(example.output)]).toEqual([0, outcomes])
    },
  )
})
