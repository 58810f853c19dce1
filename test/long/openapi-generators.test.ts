import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { plainName } from '#rest/openapi/json-schemas.js'
import { childEnvironment } from '../support/child-environment.js'
import { installTools, runTool } from '../support/install-tools.js'
import { itUnless, withoutGo, withoutMaven, withoutProgram } from '../support/skip.js'
import { startTestServer } from '../support/test-server.js'

const goReason = withoutGo()
const pythonReason = withoutProgram('python3', ['-c', 'import sys; print(sys.version_info >= (3, 11))'], /True/)
const javaReason = pythonReason ?? withoutMaven()

const SOURCE = 'test/long/openapi-generators'
const OAPI_CODEGEN = 'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2'
const OGEN = 'github.com/ogen-go/ogen'
const OGEN_VERSION = 'v1.24.0'
/** Operations that ogen leaves out: a value of theirs can be one of several texts or objects ("complex anyOf"). */
const NOT_IN_OGEN =
  'listCalendar startSubscription previewPlanChange changePlan previewPause pauseSubscription previewTrialExtension extendTrial setTerms offerNegotiatedPlan addToUsageBatch compareUsage getProfile syncTemplate getComposeStatus getComposeLogs getComposeMetrics restartComposeApp'.split(
    ' ',
  )
/** Faults of the code of openapi-python-client: a body of two media types lacks an import, and a member has the name of its class. ruff adds the last one. */
const FAULTS_OF_PYTHON = [
  /create_access_token\.py:\d+: error: Name "Unset" is not defined/,
  /: error: Incompatible (?:types in assignment|return value type) .*"(?:T|Self)"/,
  /client\/client\.py:\d+: error: Argument 1 to "__a?exit__"/,
]

/** `npm run test:long -- openapi-generators`: what generators of clients make of the served OpenAPI document compiles. */
describe('Generators of clients for the OpenAPI document', () => {
  let root: string
  let tools: string
  let operations: string[]
  const environment = () => ({
    ...childEnvironment,
    PATH: `${join(root, 'venv/bin')}:${dirname(process.execPath)}:${childEnvironment['PATH']}`,
    GOFLAGS: '-mod=mod',
    GOTOOLCHAIN: 'local',
  })
  const must = async (cwd: string, command: string, ...args: string[]): Promise<string> => {
    const { code, output } = await runTool(command, args, { cwd, env: environment() })
    if (code !== 0) throw new Error(`${command} ${args.join(' ')}\n${output.slice(-20_000)}`)
    return output
  }
  const tool = (name: string) => join(tools, 'node_modules', name)
  const compile = (cwd: string, ...files: string[]) => {
    const options = { strict: true, noEmit: true, skipLibCheck: false, target: 'es2022', module: 'preserve', types: [] }
    writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }))
    return must(cwd, process.execPath, tool('typescript/bin/tsc'), '-p', '.')
  }
  const python = (name: string) => join(root, 'venv/bin', name)

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'stackgate-generators-'))
    const server = await startTestServer()
    const text = await (await fetch(`${server.url}/openapi.json?webhooks=false`)).text()
    await server.close()
    writeFileSync(join(root, 'openapi.json'), text)
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, { operationId: string }>> }
    operations = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
    tools = await installTools(SOURCE)
    if (pythonReason) return
    await must(root, 'python3', '-m', 'venv', 'venv')
    const requirements = join(process.cwd(), SOURCE, 'requirements.txt')
    await must(root, python('pip'), 'install', '--quiet', '--disable-pip-version-check', '-r', requirements)
  }, 1_200_000)
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  /** An empty folder with the document. */
  const folderOf = (name: string): string => {
    const folder = join(root, name)
    mkdirSync(folder)
    cpSync(join(root, 'openapi.json'), join(folder, 'openapi.json'))
    return folder
  }
  /** Operations that generated files do not name. */
  const unnamed = (folder: string, pattern: string, name = /\w+/g): string[] => {
    const files = globSync(join(folder, pattern))
    const names = new Set(files.flatMap((file) => readFileSync(file, 'utf8').match(name) ?? []).map(plainName))
    const all = [...names].join(' ')
    return operations.filter((operation) => !all.includes(plainName(operation)))
  }
  const startModule = async (name: string) => {
    const folder = folderOf(name)
    await must(folder, 'go', 'mod', 'init', 'example.com/client')
    return folder
  }

  itUnless(goReason)('oapi-codegen 2.8.2 makes a client in Go', async () => {
    const folder = await startModule('oapi-codegen')
    const args = ['-generate', 'types,client', '-package', 'client', '-o', 'client.go', 'openapi.json']
    await must(folder, 'go', 'run', OAPI_CODEGEN, ...args)
    for (const command of [
      ['mod', 'tidy'],
      ['build', './...'],
      ['vet', './...'],
    ])
      await must(folder, 'go', ...command)
    expect(unnamed(folder, 'client.go')).toEqual([])
  })

  itUnless(goReason)('ogen 1.24.0 makes a client in Go', async () => {
    const folder = await startModule('ogen')
    writeFileSync(join(folder, 'ogen.yml'), 'generator:\n  ignore_not_implemented: ["complex anyOf"]\n')
    const args = ['--config', 'ogen.yml', '--target', 'api', '--package', 'api', '--clean', 'openapi.json']
    await must(folder, 'go', 'run', `${OGEN}/cmd/ogen@${OGEN_VERSION}`, ...args)
    await must(folder, 'go', 'get', `${OGEN}@${OGEN_VERSION}`)
    // Its code has unreachable statements, which `go vet` reports.
    for (const command of [
      ['mod', 'tidy'],
      ['build', './...'],
    ])
      await must(folder, 'go', ...command)
    expect(unnamed(folder, 'api/oas_client_gen.go', /^func \(c \*Client\) \w+/gm)).toEqual(NOT_IN_OGEN)
  })

  it('orval 7.13.2 makes a client in TypeScript', async () => {
    const folder = folderOf('orval')
    const args = ['--input', 'openapi.json', '--output', 'client.ts', '--client', 'fetch']
    await must(folder, process.execPath, tool('orval/dist/bin/orval.js'), ...args)
    await compile(folder, 'client.ts')
    expect(unnamed(folder, 'client.ts')).toEqual([])
  })

  it('openapi-typescript 7.13.0 makes types', async () => {
    const folder = folderOf('openapi-typescript')
    await must(folder, process.execPath, tool('openapi-typescript/bin/cli.js'), 'openapi.json', '-o', 'api.d.ts')
    await compile(folder, 'api.d.ts')
    expect(unnamed(folder, 'api.d.ts')).toEqual([])
  })

  itUnless(pythonReason)('openapi-python-client 0.29.1 makes a client in Python', async () => {
    const folder = folderOf('openapi-python-client')
    const args = ['generate', '--path', 'openapi.json', '--meta', 'none', '--output-path', 'client']
    await must(folder, python('openapi-python-client'), ...args)
    expect(unnamed(folder, 'client/api/**/*.py')).toEqual([])
    const { output } = await runTool(python('mypy'), ['--strict', 'client'], { cwd: folder, env: environment() })
    expect(output).toMatch(/checked \d{4} source files/)
    const errors = output.split('\n').filter((line) => line.includes(': error: '))
    expect(errors.filter((line) => !FAULTS_OF_PYTHON.some((fault) => fault.test(line)))).toEqual([])
  })

  itUnless(javaReason)('openapi-generator 7.26.0 makes a client in TypeScript', async () => {
    const folder = folderOf('typescript-fetch')
    const args = ['generate', '-i', 'openapi.json', '-g', 'typescript-fetch', '-o', 'client']
    await must(folder, python('openapi-generator-cli'), ...args)
    await compile(folder, 'client/index.ts')
    expect(unnamed(folder, 'client/apis/*.ts')).toEqual([])
  })

  itUnless(javaReason)('openapi-generator 7.26.0 makes a client in Java', async () => {
    const folder = folderOf('java')
    const args = ['generate', '-i', 'openapi.json', '-g', 'java', '--library', 'native', '-o', 'client']
    await must(folder, python('openapi-generator-cli'), ...args)
    await must(join(folder, 'client'), 'mvn', '-q', '-B', '-DskipTests', 'compile')
    expect(unnamed(folder, 'client/src/main/java/**/*.java')).toEqual([])
  })
})
