import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { importRules } from './import-rules.js'

const root = process.cwd()
const { imports } = JSON.parse(readFileSync('package.json', 'utf8')) as { imports: Record<string, unknown> }

async function walk(baseDir: string, paths: string[]): Promise<ICruiseResult> {
  const { output } = await cruise(paths, {
    baseDir,
    parser: 'swc',
    tsPreCompilationDeps: true,
    validate: true,
    ruleSet: importRules,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@stackgate/source', 'import', 'node', 'default'],
    },
  })
  return output as ICruiseResult
}

const faults = (result: ICruiseResult) =>
  result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)

/** A project of a few files, to test the rules. */
async function walkProjectOf(files: Record<string, string>): Promise<string[]> {
  const project = mkdtempSync(join(tmpdir(), 'stackgate-imports-'))
  try {
    symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
    writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module', imports }))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(project, path)), { recursive: true })
      writeFileSync(join(project, path), text)
    }
    return faults(await walk(project, [...new Set(Object.keys(files).map((path) => path.split('/')[0]!))]))
  } finally {
    rmSync(project, { recursive: true })
  }
}

describe('imports of the repository', () => {
  let project: ICruiseResult
  beforeAll(async () => {
    project = await walk(root, ['src', 'packages/sandbox', 'migrations'])
  })

  it('are all found and resolved', () => {
    const missing = project.modules.flatMap(({ source, dependencies }) =>
      dependencies
        .filter(({ couldNotResolve, coreModule }) => couldNotResolve && !coreModule)
        .map(({ module }) => `${source} -> ${module}`),
    )
    expect(missing).toEqual([])
    expect(project.modules.filter(({ source }) => source.startsWith('src/')).length).toBeGreaterThan(250)
  })

  it('follow the order of domains and layers, without cycles', () => {
    expect(faults(project)).toEqual([])
  })

  it('name the defining file, not one that only re-exports', () => {
    const barrels = project.modules.map(({ source }) => source).filter((path) => path.endsWith('.ts') && isBarrel(path))
    expect(barrels).toEqual([])
  })
})

function isBarrel(path: string): boolean {
  const code = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const left = code.replace(/^export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'[^']+'\s*$/gm, '')
  return code.trim() !== '' && left.trim() === ''
}

describe('import rules', () => {
  const thing = `export const thing = 1\n`
  const use = (path: string) => `import { thing } from '${path}'\nexport const user = thing\n`
  const useType = (path: string) => `import type { thing } from '${path}'\nexport type User = typeof thing\n`

  it.each([
    [
      'a service that looks up',
      'src/services/identity/a.ts',
      'src/services/billing/b.ts',
      'services-identity-looks-down',
    ],
    ['an entity that looks up', 'src/entities/catalog/a.ts', 'src/entities/ops/b.ts', 'entities-catalog-looks-down'],
    [
      'a service with tables from above',
      'src/services/billing/a.ts',
      'src/entities/deployments/b.ts',
      'services-billing-looks-down',
    ],
    [
      'a kernel that knows a domain',
      'src/services/kernel/a.ts',
      'src/entities/identity/b.ts',
      'kernel-knows-no-domain',
    ],
    ['a service that sees GraphQL', 'src/services/ops/a.ts', 'src/schema/ops/b.ts', 'services-see-no-edge'],
    ['an entity with rules', 'src/entities/billing/a.ts', 'src/services/billing/b.ts', 'entities-import-no-service'],
    ['a GraphQL type of a table', 'src/schema/billing/a.ts', 'src/entities/billing/b.ts', 'schema-is-shape-only'],
    [
      'a resolver with a table in hand',
      'src/resolvers/billing/a.ts',
      'src/entities/billing/b.ts',
      'doors-use-entities-as-types',
    ],
    [
      'a route that goes through a resolver',
      'src/rest/a.ts',
      'src/resolvers/billing/b.ts',
      'doors-do-not-use-each-other',
    ],
    ['an edge that knows a domain', 'src/edge/a.ts', 'src/services/identity/b.ts', 'edge-knows-no-domain'],
    ['a service that composes', 'src/services/ops/a.ts', 'src/startup/b.ts', 'only-the-root-composes'],
    ['a product that imports its stand-in', 'src/main.ts', 'packages/sandbox/b.ts', 'product-without-sandbox'],
    [
      'a stand-in that imports the product',
      'packages/sandbox/a.ts',
      'src/services/kernel/b.ts',
      'sandbox-without-product',
    ],
    ['a product that imports tests', 'src/app.ts', 'test/b.ts', 'no-tests-in-the-product'],
  ])('reject %s', async (_what, from, to, rule) => {
    const relative = '../'.repeat(from.split('/').length - 1) + to.replace(/ts$/, 'js')
    const mapped = to.replace(/^(?:src\/)?(.*)\.ts$/, '#$1.js')
    const isMapped = /^(?:src|test)\//.test(to) && from.startsWith('src/')
    for (const specifier of isMapped ? [relative, mapped] : [relative]) {
      const found = await walkProjectOf({ [from]: use(specifier), [to]: thing })
      expect(found).toContainEqual(`${rule}: ${from} -> ${to}`)
    }
  })

  it.each([
    ['src/resolvers/billing/a.ts', '@mikro-orm/postgresql', 'doors-touch-no-database'],
    ['src/rest/a.ts', 'pg', 'doors-touch-no-database'],
    ['src/services/billing/checkout/a.ts', 'stripe', 'stripe-behind-its-port'],
    ['src/services/ops/a.ts', 'fastify', 'services-see-no-edge'],
    ['src/services/ops/a.ts', 'type-graphql', 'services-see-no-edge'],
  ])('reject %s with the package %s', async (from, name, rule) => {
    const found = await walkProjectOf({ [from]: `import * as thing from '${name}'\nexport const user = thing\n` })
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${rule}: ${from} -> .*node_modules/${name}/`))])
  })

  it('reject the sandbox by its package name', async () => {
    const found = await walkProjectOf({ 'src/main.ts': use('@stackgate/sandbox/main.js') })
    expect(found).toContainEqual(expect.stringMatching(/^product-without-sandbox: src\/main\.ts -> /))
  })

  it('reject cycles of any length, except of types', async () => {
    const cycle = {
      'src/services/ops/a.ts': use('./b.js'),
      'src/services/ops/b.ts': use('./c.js'),
      'src/services/ops/c.ts': use('./a.js'),
    }
    expect(await walkProjectOf(cycle)).toEqual([expect.stringMatching(/^no-cycles: /)])
    expect(await walkProjectOf({ ...cycle, 'src/services/ops/c.ts': useType('./a.js') })).toEqual([])
  })

  it('allow a service its own tables and lower ones, and a route the types of rows', async () => {
    expect(
      await walkProjectOf({
        'src/services/billing/a.ts': use('../kernel/b.js') + useType('#entities/billing/d.js'),
        'src/services/kernel/b.ts': useType('#entities/kernel/e.js'),
        'src/resolvers/billing/c.ts': useType('#entities/billing/d.js'),
        'src/entities/billing/d.ts': thing,
        'src/entities/kernel/e.ts': thing,
      }),
    ).toEqual([])
  })
})
