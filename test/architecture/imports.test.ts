import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ICruiseResult } from 'dependency-cruiser'
import { importRules } from './import-rules.js'

/** True for a package of types alone, which has no module, and for modules and styles that Vite makes for the dashboard. */
const isResolvedElsewhere = (module: string) =>
  module === '@graphql-typed-document-node/core' || /^(?!node:)[a-z]+:[\w-]|\.(?:css|svg)$/.test(module)

const root = process.cwd()

/** Loads a module outside of the virtual machine of this file, in which the walk takes twice as long. */
declare const loadBuilt: <Module>(specifier: string) => Promise<Module>
const { cruise } = await loadBuilt<typeof import('dependency-cruiser')>('dependency-cruiser')

type CirclesOfFolders = (
  sources: readonly string[],
  read?: (path: string) => string,
  folderOf?: (path: string) => string,
) => string[][]
const { circlesOfFolders, firstFolderOf } = await loadBuilt<{
  circlesOfFolders: CirclesOfFolders
  firstFolderOf: (path: string) => string
}>(pathToFileURL(join(root, 'test/support/repository-figures.mjs')).href)

const { imports } = JSON.parse(readFileSync('package.json', 'utf8')) as { imports: Record<string, unknown> }

async function walk(baseDir: string, paths: string[]): Promise<ICruiseResult> {
  const { output } = await cruise(paths, {
    baseDir,
    parser: 'swc',
    tsPreCompilationDeps: true,
    validate: true,
    ruleSet: importRules,
    doNotFollow: { path: 'node_modules' },
    // Builds of the packages.
    exclude: { path: '^packages/[^/]+/dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@stackgate/source', 'import', 'node', 'default'],
    },
  })
  return output as ICruiseResult
}

const faults = (result: ICruiseResult) =>
  result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)

/** Violations in a project of these files. A walk takes a second, however small the project is. */
async function walkProjectOf(files: ReadonlyMap<string, string>): Promise<string[]> {
  const project = mkdtempSync(join(tmpdir(), 'stackgate-imports-'))
  try {
    symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
    writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module', imports }))
    for (const [path, text] of files) {
      mkdirSync(dirname(join(project, path)), { recursive: true })
      writeFileSync(join(project, path), text)
    }
    return faults(await walk(project, [...new Set([...files.keys()].map((path) => path.split('/')[0]!))]))
  } finally {
    rmSync(project, { recursive: true })
  }
}

describe('imports of the repository', () => {
  let project: ICruiseResult
  beforeAll(async () => {
    project = await walk(root, ['src', 'packages', 'migrations', 'dashboard/src'])
  })

  it('are all found and resolved', () => {
    const missing = project.modules.flatMap(({ source, dependencies }) =>
      dependencies
        .filter(
          ({ couldNotResolve, coreModule, module }) => couldNotResolve && !coreModule && !isResolvedElsewhere(module),
        )
        .map(({ module }) => `${source} -> ${module}`),
    )
    expect(missing).toEqual([])
    expect(project.modules.filter(({ source }) => source.startsWith('src/')).length).toBeGreaterThan(250)
  })

  it('follow the order of domains and layers, without cycles', () => {
    expect(faults(project)).toEqual([])
  })

  it.each([[['core']], [['core', 'operations']]])('load no file of another module with the modules %j', (modules) => {
    const loads = new Map(
      project.modules.map(({ source, dependencies }) => [
        source,
        dependencies.flatMap(({ resolved, typeOnly, dynamic, dependencyTypes }) =>
          typeOnly || dynamic || dependencyTypes.includes('type-only') ? [] : [resolved],
        ),
      ]),
    )
    const own = modules.map((name) => `src/modules/${name}.ts`)
    const loaded = new Set(['src/startup/serve.ts', 'src/app.ts', ...own])
    for (const file of loaded) for (const next of loads.get(file) ?? []) loaded.add(next)
    expect(loaded.size).toBeGreaterThan(500)
    const others = ['billing', 'marketplace', 'deployments', ...(modules.includes('operations') ? [] : ['ops'])]
    const ofOthers = new RegExp(`^src/\\w+/(?:${others.join('|')})/`)
    expect([...loaded].filter((file) => ofOthers.test(file))).toEqual([])
  })

  it('make no circle of folders of services', () => {
    expect(circlesOfFolders(globSync('src/services/**/*.ts'))).toEqual([])
  })

  it('make no circle of first folders of domains', () => {
    expect(circlesOfFolders(globSync('src/services/**/*.ts'), undefined, firstFolderOf)).toEqual([])
  })

  it('name the defining file, not one that only re-exports', () => {
    const barrels = project.modules
      .map(({ source }) => source)
      .filter((path) => path.endsWith('.ts') && !path.startsWith('dashboard/') && !isEntry(path) && isBarrel(path))
    expect(barrels).toEqual([])
  })
})

/** A published package has entries, which re-export what is public. */
const isEntry = (path: string) => /^packages\/(client|react|iframe)\/src\/(?:(?:[\w-]+\/)*index|hooks)\.ts$/.test(path)

function isBarrel(path: string): boolean {
  const code = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const left = code.replace(/^export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'[^']+'\s*$/gm, '')
  return code.trim() !== '' && left.trim() === ''
}

describe('import rules', () => {
  const thing = `export const thing = 1\n`
  const use = (path: string) => `import { thing } from '${path}'\nexport const user = thing\n`
  const useType = (path: string) => `import type { thing } from '${path}'\nexport type User = typeof thing\n`

  const ways: readonly (readonly [what: string, from: string, to: string, rule: string])[] = [
    [
      'a service that imports a higher domain',
      'src/services/identity/a.ts',
      'src/services/billing/b.ts',
      'services-identity-imports-no-higher-domain',
    ],
    [
      'an entity that imports a higher domain',
      'src/entities/catalog/a.ts',
      'src/entities/ops/b.ts',
      'entities-catalog-imports-no-higher-domain',
    ],
    [
      'a service that imports tables of a higher domain',
      'src/services/billing/a.ts',
      'src/entities/deployments/b.ts',
      'services-billing-imports-no-higher-domain',
    ],
    [
      'a resolver that shows an object of a higher module',
      'src/resolvers/catalog/shows.ts',
      'src/services/marketplace/c.ts',
      'entitlements-shows-no-higher-module',
    ],
    [
      'a route of billing that imports the marketplace',
      'src/rest/billing/a.ts',
      'src/services/marketplace/b.ts',
      'billing-shows-no-higher-module',
    ],
    [
      'a list of routes that imports the deployments',
      'src/rest/openapi/a.ts',
      'src/rest/deployments/b.ts',
      'routes-share-no-higher-module',
    ],
    [
      'a kernel that imports a domain',
      'src/services/kernel/a.ts',
      'src/entities/identity/b.ts',
      'kernel-imports-no-domain',
    ],
    [
      'a service that runs code of the schema',
      'src/services/ops/a.ts',
      'src/schema/ops/b.ts',
      'services-import-schema-as-types',
    ],
    [
      'a service that takes the input of a higher domain',
      'src/services/identity/takes-input.ts',
      'src/schema/billing/higher.ts',
      'services-identity-imports-no-higher-domain',
    ],
    [
      'a service that imports a resolver',
      'src/services/ops/calls-resolver.ts',
      'src/resolvers/ops/b.ts',
      'services-import-no-http-or-graphql',
    ],
    ['an entity with rules', 'src/entities/billing/a.ts', 'src/services/billing/b.ts', 'entities-import-no-service'],
    [
      'a GraphQL type of a table',
      'src/schema/billing/a.ts',
      'src/entities/billing/b.ts',
      'schema-imports-no-entity-or-endpoint',
    ],
    [
      'a GraphQL type that runs a service',
      'src/schema/billing/runs.ts',
      'src/services/billing/b.ts',
      'schema-imports-no-service',
    ],
    [
      'a part of pages that imports a page',
      'dashboard/src/ui/a.ts',
      'dashboard/src/pages/b.ts',
      'parts-of-pages-import-no-page',
    ],
    [
      'a resolver that imports a table',
      'src/resolvers/billing/a.ts',
      'src/entities/billing/b.ts',
      'endpoints-import-entities-as-types',
    ],
    ['a route that imports a resolver', 'src/rest/a.ts', 'src/resolvers/billing/b.ts', 'rest-imports-no-resolver'],
    ['an edge that imports a domain', 'src/edge/a.ts', 'src/services/identity/b.ts', 'edge-imports-no-domain'],
    ['a wiring that imports the root', 'src/wiring/a.ts', 'src/app.ts', 'wiring-imports-no-root'],
    ['a wiring that imports the start', 'src/wiring/b.ts', 'src/startup/c.ts', 'composition-imports-no-start'],
    ['a start that imports a command', 'src/startup/e.ts', 'src/cli/b.ts', 'startup-imports-no-command'],
    [
      'a service that imports the wiring',
      'src/services/ops/composes.ts',
      'src/startup/b.ts',
      'only-the-composition-root-imports-wiring',
    ],
    ['a server that imports the sandbox', 'src/main.ts', 'packages/sandbox/b.ts', 'product-without-sandbox'],
    [
      'a sandbox that imports the server',
      'packages/sandbox/a.ts',
      'src/services/kernel/b.ts',
      'sandbox-without-product',
    ],
    ['a server that imports tests', 'src/context/a.ts', 'test/b.ts', 'no-tests-in-the-product'],
  ]
  const packages: readonly (readonly [from: string, name: string, rule: string])[] = [
    ['src/resolvers/billing/opens-database.ts', '@mikro-orm/postgresql', 'endpoints-import-no-driver-or-provider-sdk'],
    ['src/rest/opens-database.ts', 'pg', 'endpoints-import-no-driver-or-provider-sdk'],
    ['src/services/billing/checkout/a.ts', 'stripe', 'only-the-stripe-provider-imports-stripe'],
    ['src/services/ops/serves.ts', 'fastify', 'services-import-no-http-or-graphql'],
    ['src/services/ops/declares-types.ts', 'type-graphql', 'services-import-no-http-or-graphql'],
  ]
  const cycle = (folder: string, last: string) => ({
    [`${folder}/a.ts`]: use('./b.js'),
    [`${folder}/b.ts`]: use('./c.js'),
    [`${folder}/c.ts`]: last,
  })
  const ofValues = cycle('src/services/ops/values', use('./a.js'))
  const ofTypes = cycle('src/services/ops/types', useType('./a.js'))
  const allowed = {
    'src/services/billing/allowed.ts': use('../kernel/allowed.js') + useType('#entities/billing/allowed.js'),
    'src/services/billing/allowed-input.ts': useType('#schema/billing/allowed.js'),
    'src/services/kernel/allowed.ts': useType('#entities/kernel/allowed.js'),
    'src/resolvers/billing/allowed.ts': useType('#entities/billing/allowed.js'),
    'src/schema/billing/allowed.ts': thing,
    'src/entities/billing/allowed.ts': thing,
    'src/entities/kernel/allowed.ts': thing,
  }
  const withSandbox = { 'src/with-sandbox.ts': use('@stackgate/sandbox/main.js') }

  /** The same import by a relative path and, where there is one, by a mapped path. */
  function importsOf(from: string, to: string): Record<string, string> {
    const relative = '../'.repeat(from.split('/').length - 1) + to.replace(/ts$/, 'js')
    const mapped = to.replace(/^(?:src\/)?(.*)\.ts$/, '#$1.js')
    const isMapped = /^(?:src|test)\//.test(to) && from.startsWith('src/')
    return { [from]: use(relative), ...(isMapped ? { [from.replace(/\.ts$/, '-mapped.ts')]: use(mapped) } : {}) }
  }

  let found: readonly string[]
  const foundFrom = (files: object) =>
    found.filter((fault) => Object.keys(files).some((from) => fault.includes(`: ${from} -> `)))
  beforeAll(async () => {
    const parts = [
      ...ways.flatMap(([, from, to]) => [importsOf(from, to), { [to]: thing }]),
      ...packages.map(([from, name]) => ({ [from]: `import * as thing from '${name}'\nexport const user = thing\n` })),
      ofValues,
      ofTypes,
      allowed,
      withSandbox,
    ]
    const files = new Map(parts.flatMap((part) => Object.entries(part)))
    // A file that two tests write with different texts would test only one of them.
    expect(parts.flatMap((part) => Object.entries(part)).filter(([path, text]) => files.get(path) !== text)).toEqual([])
    found = await walkProjectOf(files)
  })

  it.each(ways)('reject %s', (_what, from, to, rule) => {
    for (const path of Object.keys(importsOf(from, to))) expect(found).toContainEqual(`${rule}: ${path} -> ${to}`)
  })

  it.each(packages)('reject %s with the package %s', (from, name, rule) => {
    expect(foundFrom({ [from]: name })).toEqual([
      expect.stringMatching(new RegExp(`^${rule}: ${from} -> .*node_modules/${name}/`)),
    ])
  })

  it('reject the sandbox by its package name', () => {
    expect(foundFrom(withSandbox)).toContainEqual(
      expect.stringMatching(/^product-without-sandbox: src\/with-sandbox\.ts -> /),
    )
  })

  it('reject cycles of any length, except of types', () => {
    expect(foundFrom(ofValues)).toEqual([expect.stringMatching(/^no-cycles: /)])
    expect(foundFrom(ofTypes)).toEqual([])
  })

  it('reject circles of folders, except of types', () => {
    const circleOf = (texts: Record<string, string>) => circlesOfFolders(Object.keys(texts), (path) => texts[path]!)
    const model = { 'src/services/ops/model/a.ts': use('#services/ops/feature/b.js') }
    expect(circleOf({ ...model, 'src/services/ops/feature/b.ts': use('../model/a.js') })).toEqual([
      ['src/services/ops/feature', 'src/services/ops/model'],
    ])
    expect(circleOf({ ...model, 'src/services/ops/feature/b.ts': useType('../model/a.js') })).toEqual([])
  })

  it('reject circles of first folders through deeper ones', () => {
    const texts: Record<string, string> = {
      'src/services/ops/one/deep/a.ts': use('#services/ops/two/b.js'),
      'src/services/ops/two/b.ts': thing,
      'src/services/ops/two/deep/c.ts': use('#services/ops/one/d.js'),
      'src/services/ops/one/d.ts': thing,
    }
    expect(circlesOfFolders(Object.keys(texts), (path) => texts[path]!)).toEqual([])
    expect(circlesOfFolders(Object.keys(texts), (path) => texts[path]!, firstFolderOf)).toEqual([
      ['src/services/ops/one', 'src/services/ops/two'],
    ])
  })

  it('allow a service its own tables, lower ones and types of the schema, and a route the types of rows', () => {
    expect(foundFrom(allowed)).toEqual([])
  })
})
