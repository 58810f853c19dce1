import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { buildSchema, OperationTypeNode } from 'graphql'

/** The rule is described in CONTRIBUTING.md, section "Add a mutation". */
const PARTS = ['service', 'resolver', 'test'] as const
type Part = (typeof PARTS)[number]

interface Exception {
  readonly missing: readonly Part[]
  readonly reason: string
}

const LOADED_BY_RESOLVERS =
  'src/resolvers/kernel/load-node.ts asks the loaders of the modules, which map what they load'

const TESTED_WITH_TERMS = 'test/api/billing/invoice-terms.test.ts tests it with the invoices that it is for'

const TESTED_WITH_FEEDS = 'test/api/ops/price-lists.test.ts tests what becomes of the lists that feeds propose'

const TESTED_WITH_DRAFTS = 'test/api/ops/set-catalog-draft.test.ts reads it before and after each save'

/** Operations that differ from the rule permanently. */
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  node: { missing: ['service'], reason: LOADED_BY_RESOLVERS },
  nodes: { missing: ['service'], reason: LOADED_BY_RESOLVERS },
  applyPriceList: { missing: ['test'], reason: TESTED_WITH_FEEDS },
  recordInvoicePayment: { missing: ['test'], reason: TESTED_WITH_TERMS },
  catalogDraft: { missing: ['test'], reason: TESTED_WITH_DRAFTS },
  rejectPriceList: { missing: ['test'], reason: TESTED_WITH_FEEDS },
}
const MAX_EXCEPTIONS_RATIO = 0.05

interface Operation {
  readonly name: string
  /** Name of its files. */
  readonly file: string
  /** Names that the function of its service file may have. */
  readonly functions: readonly string[]
}

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
const typeNames = Object.keys(schema.getTypeMap())
const queries = namesOf(OperationTypeNode.QUERY)

/** A list and its single object share the files of the list. */
const pluralOf = (name: string): string => (queries.includes(`${name}s`) ? `${name}s` : name)
const kebab = (name: string): string => name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, '-').toLowerCase()
const capitalized = (name: string): string => name[0]!.toUpperCase() + name.slice(1)

const operations: readonly Operation[] = [
  ...queries.map((name) => {
    const names = [name, pluralOf(name)]
    return {
      name,
      file: kebab(pluralOf(name)),
      functions: [...names, ...names.map((one) => `visible${capitalized(one)}`)],
    }
  }),
  ...namesOf(OperationTypeNode.MUTATION).map((name) => ({ name, file: kebab(name), functions: [name] })),
  ...namesOf(OperationTypeNode.SUBSCRIPTION).map((name) => ({ name, file: kebab(name), functions: [name] })),
]

interface SourceFile {
  readonly path: string
  readonly text: string
}

const read = (pattern: string): SourceFile[] =>
  globSync(pattern).map((path) => ({ path, text: readFileSync(path, 'utf8') }))
const services = read('src/services/*/**/*.ts')
const resolvers = read('src/resolvers/*/*.{resolver,subscription}.ts')
const tests = read('test/**/*.test.ts')

/** The first method after each decorator of a root field. */
const ROOT_FIELD = /^ {2}@(?:query|preview|mutation|subscription)\([^]*?^ {2}(?:async )?(\w+)\(/gm
const resolverOf = new Map(
  resolvers.flatMap((file) => [...file.text.matchAll(ROOT_FIELD)].map(([, name]) => [name!, file] as const)),
)

const named = (files: readonly SourceFile[], name: string) => files.filter(({ path }) => basename(path) === name)

/** The service file if the resolver calls it. */
function serviceOf({ name, file, functions }: Operation): SourceFile | undefined {
  const exported = new RegExp(`^export (?:async )?(?:function|const) (?:${functions.join('|')})\\b`, 'm')
  return named(services, `${file}.ts`).find(
    ({ path, text }) =>
      exported.test(text) &&
      resolverOf.get(name)?.text.includes(`'#${path.slice('src/'.length).replace(/\.ts$/, '.js')}'`),
  )
}

/** A resolver is named as its operation, or as the type, or its first words, whose operations it contains. */
function hasNamedResolver({ name, file }: Operation): boolean {
  const path = resolverOf.get(name)?.path ?? ''
  const resolver = basename(path).replace(/\.(?:resolver|subscription)\.ts$/, '')
  const type = new RegExp(`^${resolver.split('-').map(capitalized).join('')}(?![a-z])`)
  return resolver === file || typeNames.some((one) => type.test(one))
}

function hasNamedTest({ name, file }: Operation): boolean {
  return named(tests, `${file}.test.ts`).some(({ text }) => new RegExp(`\\b${name}\\b`).test(text))
}

function missingOf(operation: Operation): Part[] {
  const found: Record<Part, boolean> = {
    service: serviceOf(operation) !== undefined,
    resolver: hasNamedResolver(operation),
    test: hasNamedTest(operation),
  }
  return PARTS.filter((part) => !found[part])
}

describe('Files of an operation', () => {
  it('are found by its name: service, resolver and test, except for the listed ones', () => {
    const missing = operations.map((operation) => [operation.name, missingOf(operation).join(' ')] as const)
    const listed = (name: string) => EXCEPTIONS[name]?.missing.join(' ') ?? ''
    const wrong = missing.filter(([name, parts]) => parts !== listed(name))
    expect(Object.fromEntries(wrong)).toEqual(Object.fromEntries(wrong.map(([name]) => [name, listed(name)])))
  })

  it('have a reason for each of at most 5 % exceptions', () => {
    const names = operations.map(({ name }) => name)
    expect(names.length).toBeGreaterThan(90)
    const listed = Object.entries(EXCEPTIONS)
    expect(listed.filter(([name, { reason }]) => !names.includes(name) || reason.length < 20)).toEqual([])
    expect(listed.length / names.length).toBeLessThanOrEqual(MAX_EXCEPTIONS_RATIO)
  })
})

function namesOf(operation: OperationTypeNode): string[] {
  return Object.keys(schema.getRootType(operation)!.getFields())
}
