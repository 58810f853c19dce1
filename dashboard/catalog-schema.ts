import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runnerImport, type Plugin } from 'vite'

/** A value of the catalog file, as JSON Schema describes it, with what its reference says. */
export interface CatalogField {
  /** Absent: the form depends on other values, as for an amount of money. */
  readonly type?: 'string' | 'integer' | 'boolean' | 'array' | 'object'
  readonly enum?: readonly string[]
  readonly anyOf?: readonly CatalogField[]
  readonly items?: CatalogField
  readonly properties?: CatalogFields
  readonly required?: readonly string[]
  /** Values that have a name, where others are allowed too. */
  readonly examples?: readonly string[]
  readonly description?: string
  /** Kinds of features that have the value. Absent: all. */
  readonly kinds?: readonly string[]
  /** Interval of a price. Null: it is paid once. */
  readonly interval?: { readonly unit: 'DAY' | 'WEEK' | 'MONTH' | 'YEAR'; readonly count: number } | null
}

export type CatalogFields = Readonly<Record<string, CatalogField>>

/** Values of the entries of a catalog, and those of a feature in a plan or package. */
export type CatalogSchema = Readonly<Record<'plans' | 'features' | 'packages' | 'grant', CatalogField>>

interface Shape {
  readonly toJSONSchema: (options: { io: 'input'; unrepresentable: 'any' }) => unknown
}

interface FileSchema {
  readonly entrySchemas: Readonly<Record<'plans' | 'features' | 'packages', Shape>>
  readonly grantSchema: Shape
}

const root = join(import.meta.dirname, '..')
const SCHEMA = join(root, 'src/services/catalog/definition/file-schema.ts')
const ID = 'catalog:schema'

/** The module `catalog:schema`: the shapes in which the server reads a catalog file, with the meanings of the reference. */
export const catalogSchema = (): Plugin => ({
  name: 'catalog-schema',
  resolveId: (id) => (id === ID ? `\0${ID}` : null),
  async load(id) {
    if (id !== `\0${ID}`) return null
    const { module } = await runnerImport<FileSchema>(SCHEMA, {
      configFile: false,
      root,
      logLevel: 'error',
      // Sources, which need no compilation before.
      resolve: { alias: [{ find: /^#(.+)\.js$/, replacement: `${root}/src/$1.ts` }] },
    })
    return `export default ${JSON.stringify(withMeanings(module))}`
  },
})

function withMeanings({ entrySchemas: { plans, features, packages }, grantSchema }: FileSchema): CatalogSchema {
  const catalog = tablesOf('docs/catalog.md')
  const [values, rollover] = catalog('### Values of features')
  const [overage] = tablesOf('docs/overage.md')('## Set a price')
  const prices = { prices: catalog('### prices')[0]! }
  return {
    plans: described(plans, catalog('## plans')[0]!, prices),
    features: described(features, catalog('## features')[0]!),
    packages: described(packages, catalog('## packages')[0]!, prices),
    grant: described(grantSchema, values!, { rollover: rollover!, overage: overage! }),
  }
}

/** Meanings by the key of the value. */
type Meanings = ReadonlyMap<string, string>

function described(shape: Shape, meanings: Meanings, inside: Readonly<Record<string, Meanings>> = {}): CatalogField {
  const add = (field: CatalogField, known: Meanings): CatalogField => ({
    ...field,
    properties: Object.fromEntries(
      Object.entries(field.properties!).map(([key, value]) => [
        key,
        {
          ...(inside[key] && value.properties ? add(value, inside[key]) : value),
          ...(known.has(key) && { description: known.get(key)! }),
        },
      ]),
    ),
  })
  return add(shape.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as CatalogField, meanings)
}

/** The tables below a heading of a page, each with the text of its second column by the names in the first. */
function tablesOf(page: string): (heading: string) => readonly Meanings[] {
  const text = readFileSync(join(root, page), 'utf8')
  return (heading) => {
    const [, below = ''] = text.split(`\n${heading}\n`)
    const [section = ''] = below.split(/\n##/)
    return [...section.matchAll(/(?:^\|.*\n)+/gm)].map(
      ([table]) =>
        new Map(
          [...table.matchAll(/^\| (`.*?) \| (.*?) \|/gm)].flatMap(([, names, meaning]) =>
            [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => [name!, plainText(meaning!)] as const),
          ),
        ),
    )
  }
}

/** Without references to other pages, which a form does not have. */
const plainText = (markdown: string): string =>
  markdown
    .replaceAll(/[.;:,] see (?:below|\[[^\]]*\]\([^)]*\))/gi, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('`', '')
