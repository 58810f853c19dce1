import { CatalogSource } from '../definition/catalog-source.js'

/** A value of the file that differs between two texts of a catalog. */
export interface TextChange {
  /** As `plans.pro.prices.month`. */
  readonly path: string
  /** As the text writes it. Null if it did not have the value. */
  readonly before: string | null
  /** Null if the value was removed. */
  readonly after: string | null
  /** True if only new subscriptions and purchases get it: accounts keep the terms that they bought. */
  readonly isOfNewPurchases: boolean
}

/** Pure: the values that differ, those of the second text first, in its order. Comments, order and spelling of a value are no difference. @throws CatalogFileError for a text that cannot be read */
export function compareTexts(before: string, after: string): TextChange[] {
  const [known, wanted] = [valuesOf(before), valuesOf(after)]
  const changed = [...wanted].filter(([path, value]) => known.get(path) !== value)
  const removed = [...known].filter(([path]) => !wanted.has(path))
  return [
    ...changed.map(([path, value]) => changeOf(path, known.get(path) ?? null, value)),
    ...removed.map(([path, value]) => changeOf(path, value, null)),
  ]
}

const changeOf = (path: string, before: string | null, after: string | null): TextChange => ({
  path,
  before,
  after,
  isOfNewPurchases: OF_NEW_PURCHASES.test(path),
})

/** Terms of a version of a plan or package, and prices. Texts and the other parts of a catalog count for everybody. */
const OF_NEW_PURCHASES =
  /^(?:plans\.[^.]+\.(?:rank|group|prices|trial_days|overage_threshold|supported_stacks|features)|packages\.[^.]+\.(?:type|price|prices|grants|valid_for))(?:\.|$)/

/** Values by their paths, as the text writes them. */
function valuesOf(text: string): Map<string, string> {
  const source = new CatalogSource(text, 'catalog')
  const values = new Map<string, string>()
  const add = (value: unknown, path: readonly (string | number)[]): void => {
    const parts = Object.entries(typeof value === 'object' && value !== null ? value : {})
    if (parts.length === 0 || isListOfValues(value))
      values.set(path.join('.'), source.textAt(path) ?? JSON.stringify(value))
    else for (const [key, part] of parts) add(part, [...path, key])
  }
  add(source.content, [])
  return values
}

const isListOfValues = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)
