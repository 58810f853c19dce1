import schema from 'catalog:schema'
import type { CatalogCheckData } from '@stackgate/client/documents'
import { DataTable, type Column } from '../../ui/data-table.js'
import { label, money } from '../../ui/format.js'
import { allRead } from '../../ui/use-cursor-pages.js'
import { catalogEditorWords } from '../../words/en/catalog-editor.js'
import { labelOf } from './catalog-form-context.js'
import { currencyOf } from './catalog-shape.js'
import { readCatalog, scalarAt, type CatalogText, type Path } from './catalog-text.js'

const texts = catalogEditorWords
type Change = NonNullable<CatalogCheckData['catalogCheck']>['changes'][number]

/** True for a price of a time, for example `month` or `6_months`. */
const isPrice = (field: string | undefined, key: string | undefined): key is string =>
  field === 'prices' && /^(?:\d+_)?(?:day|week|month|year)s?$/.test(key ?? '')

interface CatalogChangesProps {
  readonly changes: readonly Change[]
  /** The texts before and after. */
  readonly before: string
  readonly after: string
}

/** The values that differ, by the names of the form. */
export function CatalogChanges({ changes, ...read }: CatalogChangesProps) {
  const catalogs = [read.after, read.before].flatMap((text) => readCatalog(text) ?? [])
  const columns: readonly Column<Change>[] = [
    { name: texts.value, isLong: true, by: ({ path }) => nameOf(catalogs, path.split('.')) },
    { name: texts.before, place: 'line', isLong: true, by: ({ path, before }) => valueOf(catalogs, path, before) },
    { name: texts.after, place: 'line', isLong: true, by: ({ path, after }) => valueOf(catalogs, path, after) },
    { name: texts.appliesTo, by: ({ onlyNewPurchases }) => (onlyNewPurchases ? texts.newPurchases : texts.everybody) },
  ]
  return (
    <DataTable
      name={texts.changes}
      columns={columns}
      pages={allRead(changes)}
      empty={texts.onlyComments}
      keyOf={({ path }) => path}
    />
  )
}

type Catalogs = readonly CatalogText[]

const firstOf = (catalogs: Catalogs, path: Path): string | undefined =>
  catalogs.map((catalog) => scalarAt(catalog, path)).find(Boolean) ?? undefined

const entryName = (catalogs: Catalogs, part: string, code: string): string =>
  firstOf(catalogs, [part, code, 'name']) ?? firstOf(catalogs, [part, code, 'title']) ?? label(code)

const inWords = (keys: readonly (string | undefined)[]): string[] => keys.flatMap((key) => (key ? [labelOf(key)] : []))

/** A path in words, as `Plus › Price per month`. */
function nameOf(catalogs: Catalogs, [part = '', code, field, key, ...rest]: Path): string {
  if (code === undefined || !(part in schema.entries))
    return inWords([part, code, field, key, ...rest]).join(texts.within)
  const entry = entryName(catalogs, part, code)
  if (isPrice(field, key))
    return [entry, texts.priceOf(label(key).toLowerCase()), ...rest.map((each) => each.toUpperCase())].join(
      texts.within,
    )
  if ((field === 'features' || field === 'grants') && key)
    return [entry, entryName(catalogs, 'features', key), ...rest.map(labelOf)].join(texts.within)
  return [entry, ...inWords([field, key, ...rest])].join(texts.within)
}

/** A value as the text has it; a price with its currency. */
function valueOf(catalogs: Catalogs, path: string, value: string | null): string {
  if (value === null) return texts.none
  const [, , field, key, currency] = path.split('.')
  const [catalog] = catalogs
  if (!isPrice(field, key) || !/^[\d.]+$/.test(value) || !catalog) return value
  return money({ decimal: value, currency: currency?.toUpperCase() ?? currencyOf(catalog) })
}
