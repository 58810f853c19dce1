import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Programs that the Go module proxy has as source, with the versions that the tests use. */
const GO_PROGRAMS = {
  helm: { module: 'helm.sh/helm/v3/cmd/helm@v3.17.3', file: 'helm' },
  kubeconform: { module: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.6.7', file: 'kubeconform' },
  /** The reader of Docker Compose itself. */
  compose: { module: 'github.com/compose-spec/compose-go/v2/cmd@v2.1.0', file: 'cmd' },
} as const
export type GoProgram = keyof typeof GO_PROGRAMS

/** Kubernetes whose schemas validate the chart. */
export const KUBERNETES = '1.32.3'
const CACHE = join(process.cwd(), 'node_modules/.cache/go-programs')
const folderOf = (name: GoProgram) => join(CACHE, GO_PROGRAMS[name].module.replaceAll('/', '_'))

const runs = (command: string, args: string[]) => spawnSync(command, args).status === 0

/** Reason to skip tests that build programs. Null if Go and its module proxy can be used. */
export const noGo = (): string | null =>
  runs('go', ['version'])
    ? runs('go', ['list', '-m', 'github.com/yannh/kubeconform@v0.6.7'])
      ? null
      : "Go's module proxy cannot be reached"
    : 'this machine has no go'

/** A program that was built before, or that is installed. Null if there is none. */
export function findProgram(name: GoProgram): string | null {
  const built = join(folderOf(name), GO_PROGRAMS[name].file)
  if (existsSync(built)) return built
  return name === 'helm' && runs('helm', ['version']) ? 'helm' : null
}

/** Builds a program once. */
export function buildProgram(name: GoProgram): string {
  const found = findProgram(name)
  if (found !== null) return found
  mkdirSync(folderOf(name), { recursive: true })
  const built = spawnSync('go', ['install', GO_PROGRAMS[name].module], {
    encoding: 'utf8',
    env: { ...process.env, GOBIN: folderOf(name), GOFLAGS: '-buildvcs=false' },
  })
  if (built.status !== 0) throw new Error(built.stderr)
  return join(folderOf(name), GO_PROGRAMS[name].file)
}

/** Settings that the chart requires. */
export const CHART_VALUES = {
  'image.repository': 'registry.example.com/stackgate',
  'image.tag': '1.0.0-rc.1',
  existingSecret: 'stackgate',
  publicUrl: 'https://example.com/stacker/',
  'auth.jwksUrl': 'https://id.example.com/keys',
}

/** `helm template` of the chart with values. */
export function renderChart(helm: string, values: Readonly<Record<string, string>>, more: readonly string[] = []) {
  const set = Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const args = ['template', 'billing', 'deploy/helm/stackgate', '--kube-version', KUBERNETES, ...set, ...more]
  const { status, stdout, stderr } = spawnSync(helm, args, { encoding: 'utf8' })
  return { status, text: stdout, errors: stderr }
}

interface Schema {
  properties?: Record<string, Schema>
  additionalProperties?: unknown
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[]
  [key: string]: unknown
}

/**
 * Writes the schemas of some kinds of a Kubernetes release for kubeconform. Unknown fields are errors. Returns the pattern of the files'
 * names.
 */
export function writeKubernetesSchemas(folder: string, kinds: readonly string[]): string {
  const download = spawnSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@v${KUBERNETES}`], {
    encoding: 'utf8',
    cwd: folder,
  })
  if (download.status !== 0) throw new Error(download.stderr)
  const { Dir: module } = JSON.parse(download.stdout) as { Dir: string }
  const { definitions } = JSON.parse(readFileSync(join(module, 'api/openapi-spec/swagger.json'), 'utf8')) as {
    definitions: Record<string, Schema>
  }
  for (const schema of Object.values(definitions)) {
    if (schema.properties) schema.additionalProperties ??= false
    // Clients may write a number, which these schemas call a text.
    if (schema['format'] === 'int-or-string') schema['type'] = ['string', 'integer']
  }
  for (const [name, schema] of Object.entries(definitions))
    for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
      if (!kinds.includes(kind)) continue
      const suffix = group ? `${group.split('.')[0]}-${version}` : version
      const file = `${kind}-${suffix}.json`.toLowerCase()
      writeFileSync(join(folder, file), JSON.stringify({ $ref: `#/definitions/${name}`, definitions }))
    }
  return `${folder}/{{ .ResourceKind }}{{ .KindSuffix }}.json`
}
