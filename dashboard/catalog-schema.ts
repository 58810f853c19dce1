import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** A value of the catalog file, as JSON Schema describes it, with what its reference says. */
export interface CatalogField {
  /** Absent: the form depends on other values, as for an amount of money. */
  readonly type?: 'string' | 'integer' | 'boolean' | 'array' | 'object' | 'null'
  readonly enum?: readonly string[]
  readonly const?: string
  readonly anyOf?: readonly CatalogField[]
  readonly items?: CatalogField
  readonly properties?: CatalogFields
  readonly required?: readonly string[]
  /** Values of a map whose keys are free. */
  readonly additionalProperties?: CatalogField
  readonly propertyNames?: CatalogField
  /** Values that have a name, where others are allowed too. */
  readonly examples?: readonly string[]
  readonly description?: string
  /** Kinds of features that have the value. Absent: all. */
  readonly kinds?: readonly string[]
  /** Interval of a price. Null: it is paid once. */
  readonly interval?: { readonly unit: 'DAY' | 'WEEK' | 'MONTH' | 'YEAR'; readonly count: number } | null
  /** Meaning of a value whose type does not say it. `grants`: values of features. */
  readonly form?: 'money' | 'decimal' | 'grants'
  /** Part of the catalog that has the code. */
  readonly entryOf?: string
  /** Keys of which a map has at most one. */
  readonly alternatives?: readonly (readonly string[])[]
  readonly unit?: string
}

export type CatalogFields = Readonly<Record<string, CatalogField>>

export interface CatalogSchema {
  /** Keys about the business, by group. */
  readonly settings: Readonly<Record<string, CatalogField>>
  /** Entries of each part. */
  readonly entries: Readonly<Record<string, { readonly code: CatalogField; readonly entry: CatalogField }>>
}

interface Shape {
  readonly toJSONSchema: (options: {
    io: 'input'
    unrepresentable: 'any'
    override: (context: { jsonSchema: Record<string, unknown> }) => void
  }) => unknown
}

/** The parts of the module of a catalog file that a form reads. */
export interface FileSchema {
  readonly fileSchema: Shape
  readonly settingGroups: Readonly<Record<string, object>>
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
    const { runnerImport } = await import('vite')
    const { module } = await runnerImport<FileSchema>(SCHEMA, {
      configFile: false,
      root,
      logLevel: 'error',
      // Sources, which need no compilation before.
      resolve: { alias: [{ find: /^#(.+)\.js$/, replacement: `${root}/src/$1.ts` }] },
    })
    return `export default ${JSON.stringify(schemaOf(module))}`
  },
})

/** The shapes of a file as a form reads them. */
export function schemaOf({ fileSchema, settingGroups }: FileSchema): CatalogSchema {
  const tables = tablesOf('docs/catalog.md', ['docs/overage.md', 'overage'])
  const { properties = {}, required = [] } = described(fieldOf(fileSchema), 'settings', tables)
  const groups = Object.entries(settingGroups).map(([group, keys]) => [
    group,
    {
      type: 'object',
      properties: Object.fromEntries(Object.keys(keys).map((key) => [key, properties[key]!])),
      required: required.filter((key) => key in keys),
    } satisfies CatalogField,
  ])
  const parts = Object.entries(properties).filter(([key]) => !Object.values(settingGroups).some((keys) => key in keys))
  return {
    settings: Object.fromEntries(groups) as CatalogSchema['settings'],
    entries: Object.fromEntries(
      parts.map(([part, { propertyNames, additionalProperties }]) => [
        part,
        { code: propertyNames!, entry: additionalProperties! },
      ]),
    ),
  }
}

/** JSON Schema of a shape, with the shapes of values that are read later. */
const fieldOf = (shape: Shape): CatalogField =>
  shape.toJSONSchema({
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const { of } = jsonSchema
      delete jsonSchema['of']
      if (of) Object.assign(jsonSchema, fieldOf(of as Shape))
    },
  }) as CatalogField

/** Meanings by the key of the value. */
type Meanings = ReadonlyMap<string, string>

const KEPT = [
  ...(['type', 'enum', 'const', 'required', 'examples', 'description'] as const),
  ...(['kinds', 'interval', 'form', 'entryOf', 'alternatives', 'unit'] as const),
]

/** A field with the meanings of the values in it, without what a form does not read. */
function described(field: CatalogField, key: string, tables: ReadonlyMap<string, Meanings>): CatalogField {
  const inside = field.form === 'grants' ? 'values' : key
  const { properties, items, additionalProperties: values, propertyNames, anyOf } = field
  const kept = KEPT.flatMap((name) => (field[name] === undefined ? [] : [[name, field[name]]]))
  return {
    ...(Object.fromEntries(kept) as CatalogField),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, value]) => {
          const description = tables.get(key)?.get(name)
          return [name, { ...described(value, name, tables), ...(description && { description }) }]
        }),
      ),
    }),
    ...(items && { items: described(items, inside, tables) }),
    ...(values && { additionalProperties: described(values, inside, tables) }),
    ...(propertyNames && { propertyNames: described(propertyNames, '', tables) }),
    ...(anyOf && { anyOf: anyOf.map((each) => described(each, inside, tables)) }),
  }
}

/**
 * The tables of keys on pages, by what they are about: `Key of x`, otherwise the first word of the heading, or the name
 * that a page has.
 */
function tablesOf(...pages: readonly (string | readonly [page: string, name: string])[]): Map<string, Meanings> {
  const tables = pages.flatMap((page) => {
    const [path, name] = typeof page === 'string' ? [page] : page
    return readFileSync(join(root, path), 'utf8')
      .split(/\n(?=##)/)
      .flatMap((section) => {
        const [, heading = ''] = /^#+ (\w+)/.exec(section) ?? []
        return [...section.matchAll(/^\| Key (?:of `(\w+)` )?\|.*\n((?:\|.*\n)+)/gm)].map(
          ([, of, rows]) => [of ?? name ?? heading.toLowerCase(), meaningsOf(rows!)] as const,
        )
      })
  })
  return new Map(tables.toReversed())
}

const meaningsOf = (rows: string): Meanings =>
  new Map(
    [...rows.matchAll(/^\| (`.*?) \| (.*?) \|/gm)].flatMap(([, names, meaning]) =>
      [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => [name!, plainText(meaning!)] as const),
    ),
  )

/** Without references to other pages, which a form does not have. */
const plainText = (markdown: string): string =>
  markdown
    .replaceAll(/[.;:,] see (?:below|\[[^\]]*\]\([^)]*\))/gi, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('`', '')
