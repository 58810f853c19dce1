import { createContext, useContext } from 'react'
import type { TextProblem } from '../../ui/code-editor.js'
import { label } from '../../ui/format.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { readCatalog, scalarAt, typed, withoutValue, withValue, type CatalogText, type Path } from './catalog-text.js'

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
  const amount = path.length > GRANT_DEPTH ? scalarAt(catalog, grant) : null
  if (!amount) return withValue(catalog, path, value, order)
  const long = readCatalog(withValue(catalog, grant, { amount: typed(amount) }))!
  return withValue(long, path, value, order)
}
