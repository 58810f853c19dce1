import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import {
  buildSchema,
  isAbstractType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type SelectionSetNode,
} from 'graphql'
import { childEnvironment } from '../support/child-environment.js'
import { deploymentWithAgent, type DeploymentWithAgent } from '../support/deployments.js'
import { installTools, runTool } from '../support/install-tools.js'
import { itUnless, withoutGo, withoutMaven, withoutProgram } from '../support/skip.js'
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

/** The documents with `__typename` in each selection of an interface or a union. */
function withTypeNames(documents: string, sdl: string): string {
  const types = new TypeInfo(buildSchema(sdl))
  const name = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const
  const leave = (node: SelectionSetNode): SelectionSetNode | undefined =>
    isAbstractType(types.getParentType()) ? { ...node, selections: [name, ...node.selections] } : undefined
  return print(visit(parse(documents), visitWithTypeInfo(types, { SelectionSet: { leave } })))
}

/** Types of each scalar in Go, Rust and Java, by the table of the page. */
const scalars = [
  ...readFileSync('docs/graphql-clients.md', 'utf8').matchAll(
    /^\| `(\w+)` \| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$/gm,
  ),
].map(([, scalar, go, rust, java]) => ({ scalar: scalar!, go: go!, rust: rust!, java: java! }))

/** Versions of genqlient and of the packages with which it reads `@oneOf` and compiles. */
const GO_PACKAGES = [
  'github.com/Khan/genqlient@v0.8.1',
  'github.com/oapi-codegen/nullable@v1.2.0',
  'github.com/vektah/gqlparser/v2@v2.5.64',
  'golang.org/x/tools@v0.41.0',
]

/** `npm run test:long -- client-tools -t languages`: what the table of the page says about Go, Rust and Java. */
describe('Code generators for other languages', () => {
  let server: TestServer
  let key: string
  let sdl: string
  let root: string
  beforeAll(async () => {
    server = await startTestServer()
    key = await server.serviceKey(['accounts:write'])
    sdl = await (await fetch(`${server.url}/graphql/schema.graphql`)).text()
    root = mkdtempSync(join(tmpdir(), 'stackgate-languages-'))
    cpSync('test/long/client-tools', root, { recursive: true })
  })
  afterAll(async () => {
    rmSync(root, { recursive: true, force: true })
    await server.close()
  })

  const inFolder = (language: string) => {
    const cwd = join(root, language)
    writeFileSync(join(cwd, 'schema.graphql'), sdl)
    return {
      cwd,
      run: async (command: string, ...args: string[]) => {
        const env = { ...childEnvironment, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' }
        const { code, output } = await runTool(command, args, { cwd, env })
        if (code !== 0) throw new Error(`${command} ${args.join(' ')}\n${output.slice(-20_000)}`)
        return output
      },
    }
  }

  const anyId: unknown = expect.stringMatching(/^acc_/)
  /** Sends the three requests that a program has printed, and reads the address after each. */
  async function addressesAfter(account: string, output: string): Promise<unknown[]> {
    const requests = output.match(/\{".*\}/g) ?? []
    const addresses: unknown[] = []
    for (const request of requests) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }
      const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: request })
      expect(await response.json()).toEqual({ data: { upsertAccount: { account: { id: anyId }, denial: null } } })
      const read = await server.graphql<{ account: { billingEmail: unknown } }>(
        'query ($account: ID!) { account(id: $account) { billingEmail } }',
        { account },
        key,
      )
      addresses.push(read.data.account.billingEmail)
    }
    return addresses
  }
  const stays = ['ann@example.com', 'ann@example.com', null]

  it('have types for each scalar of the schema', () => {
    const all = Object.values(buildSchema(sdl).getTypeMap()).filter(isScalarType)
    const own = all.filter((type) => !isSpecifiedScalarType(type)).map(({ name }) => name)
    expect(scalars.map(({ scalar }) => scalar)).toEqual(own.toSorted())
  })

  itUnless(withoutGo())('genqlient makes Go of all documents, and a member is left out or null', async () => {
    const { cwd, run } = inFolder('go')
    cpSync('examples/screens', join(cwd, 'documents'), { recursive: true })
    copyFileSync(join(cwd, 'account.graphql'), join(cwd, 'documents/account.graphql'))
    const bindings = scalars.map(({ scalar, go }) => `  ${scalar}: {type: ${go}}\n`)
    appendFileSync(join(cwd, 'genqlient.yaml'), `bindings:\n${bindings.join('')}`)
    // The documents of the package as well. Two of its operations have names of types, which Go cannot have in one package.
    const schema = buildSchema(sdl)
    mkdirSync(join(cwd, 'package-documents'))
    for (const path of globSync('packages/client/documents/*.graphql')) {
      const renamed = readFileSync(path, 'utf8').replace(
        /^((?:query|mutation|subscription) )(\w+)/gm,
        (all, kind, name) => (schema.getType(name as string) ? `${kind}${name}Live` : all),
      )
      writeFileSync(join(cwd, 'package-documents', basename(path)), renamed)
    }
    const config = readFileSync(join(cwd, 'genqlient.yaml'), 'utf8')
      .replace('"documents/', '"package-documents/')
      .replace('generated: generated.go', 'generated: whole/generated.go')
      .replace('package: main', 'package: whole')
    writeFileSync(join(cwd, 'whole.yaml'), config)
    await run('go', 'mod', 'init', 'example.com/client')
    await run('go', 'get', ...GO_PACKAGES)
    await run('go', 'run', 'github.com/Khan/genqlient')
    await run('go', 'run', 'github.com/Khan/genqlient', 'whole.yaml')
    await run('go', 'vet', './...')
    expect(await addressesAfter('customer:go', await run('go', 'run', '.', 'customer:go'))).toEqual(stays)
  })

  itUnless(withoutProgram('cargo', ['--version'], /1\.(?:[89]|\d\d)\d/))(
    'graphql_client makes Rust of all documents, and a member is left out or null',
    async () => {
      const { cwd, run } = inFolder('rust')
      const screens = globSync('examples/screens/*.graphql').map((path) => readFileSync(path, 'utf8'))
      const account = readFileSync(join(cwd, '../go/account.graphql'), 'utf8')
      const documents = withTypeNames([...screens, account].join('\n'), sdl)
      writeFileSync(join(cwd, 'documents.graphql'), documents)
      const structs = [...documents.matchAll(/^(?:query|mutation|subscription) (\w+)/gm)].map(
        ([, name]) =>
          `#[derive(GraphQLQuery)]\n#[graphql(schema_path = "schema.graphql", query_path = "documents.graphql", skip_serializing_none)]\npub struct ${name};\n`,
      )
      expect(structs.length).toBeGreaterThan(30)
      const types = scalars.map(({ scalar, rust }) => `pub type ${scalar} = ${rust};\n`)
      const head = '#![allow(dead_code, non_camel_case_types)]\nuse graphql_client::GraphQLQuery;\n'
      writeFileSync(join(cwd, 'src/operations.rs'), [head, ...types, ...structs].join(''))
      const output = await run('cargo', 'run', '--quiet', '--', 'customer:rust')
      expect(await addressesAfter('customer:rust', output)).toEqual(stays)
    },
  )

  itUnless(withoutMaven())('DGS codegen makes Java of the whole schema, and a member is left out or null', async () => {
    const { cwd, run } = inFolder('java')
    const types = scalars.map(({ scalar, java }) => `<${scalar}>${java}</${scalar}>`)
    const project = readFileSync(join(cwd, 'pom.xml'), 'utf8').replace('TYPES', types.join(''))
    writeFileSync(join(cwd, 'pom.xml'), project)
    const output = await run('mvn', '-q', '-B', 'compile', 'exec:java', '-Dexec.args=customer:java')
    expect(await addressesAfter('customer:java', output)).toEqual(stays)
  })
})
