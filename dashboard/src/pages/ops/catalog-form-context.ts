import { createContext, useContext } from 'react'
import { isMap } from 'yaml'
import type { TextProblem } from '../../ui/code-editor.js'
import { label } from '../../ui/format.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { currencyOf } from './catalog-shape.js'
import {
  itemsAt,
  nodeAt,
  readCatalog,
  scalarAt,
  typed,
  withItem,
  withoutValue,
  withValue,
  type CatalogText,
  type Path,
} from './catalog-text.js'

/** The catalog that a form edits. */
export interface CatalogForm {
  readonly catalog: CatalogText
  readonly problems: readonly TextProblem[]
  readonly change: (text: string) => void
  /** Shows a place of the text in the other view. */
  readonly show: (place: Pick<TextProblem, 'line' | 'column'>) => void
}

const Context = createContext<CatalogForm | null>(null)
export const CatalogFormProvider = Context.Provider
export const useCatalogForm = (): CatalogForm => useContext(Context)!

/** The first error of a value, or of a part of it that has no field. */
export const errorOf = ({ problems }: CatalogForm, path: Path, hasParts = false): string | undefined => {
  const name = path.join('.')
  return problems.find((each) => each.path === name || (hasParts && each.path.startsWith(`${name}.`)))?.message
}

export const labelOf = (key: string): string => catalogFormWords.labels[key] ?? label(key)

/** Number of keys that lead to what a plan or package grants of a feature. */
const GRANT_DEPTH = 4

/** Writes a value, or removes it. What is granted gets its long form where it needs one. */
export function edited(catalog: CatalogText, path: Path, value: unknown, order?: readonly string[]): string {
  if (value === undefined) return withoutValue(catalog, path)
  const grant = path.slice(0, GRANT_DEPTH)
  const isGrant = path.length > GRANT_DEPTH && /^(?:features|grants)$/.test(path[2]!)
  const amount = isGrant ? scalarAt(catalog, grant) : null
  if (!amount) return withValue(catalog, path, value, order)
  const long = readCatalog(withValue(catalog, grant, { amount: typed(amount) }))!
  return withValue(long, path, value, order)
}

/** Adds an item to a list, which may be missing. */
export const listed = (catalog: CatalogText, path: Path, value: unknown, order?: readonly string[]): string =>
  itemsAt(catalog, path).length > 0 ? withItem(catalog, path, value) : edited(catalog, path, [value], order)

interface Amount {
  readonly currency: string
  /** Undefined: it is removed. */
  readonly amount: string | undefined
}

/** Writes an amount in one currency. An amount in the currency of the catalog alone does not name it. */
export function withMoney(
  catalog: CatalogText,
  path: Path,
  { currency, amount }: Amount,
  order?: readonly string[],
): string {
  const node = nodeAt(catalog, path)
  const here = isMap(node) ? [...path, currency] : path
  if (amount === undefined) return withoutValue(catalog, here)
  const own = currencyOf(catalog)
  if (isMap(node) || currency === own) return edited(catalog, here, typed(amount), order)
  const known = node ? { [own]: typed(scalarAt(catalog, path)!) } : {}
  return edited(catalog, path, { ...known, [currency]: typed(amount) }, order)
}
