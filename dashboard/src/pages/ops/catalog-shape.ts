import { isMap, isScalar, isSeq } from 'yaml'
import type { CatalogField } from '../../../catalog-schema.js'
import { keysAt, nodeAt, scalarAt, textsAt, type CatalogText, type Path } from './catalog-text.js'

/** Parts of the form for a value. `yaml`: data that is not interpreted, which has a link to its line. */
export type Control =
  | 'text'
  | 'choice'
  | 'money'
  | 'lines'
  | 'checks'
  | 'fields'
  | 'rows'
  | 'map'
  | 'variants'
  | 'prices'
  | 'grants'
  | 'yaml'

const ONE_LINE: readonly Control[] = ['text', 'choice', 'money']

/** True for a value that is one input. */
export const isSimple = (field: CatalogField): boolean => ONE_LINE.includes(controlOf(field))

export function controlOf(field: CatalogField): Control {
  const { type, form, anyOf, items, properties, additionalProperties: values } = field
  if (form === 'grants' || form === 'money') return form
  if (form === 'decimal') return 'text'
  if (anyOf) {
    const [only, ...others] = variantsOf(field)
    return only && others.length === 0 ? controlOf(only) : 'variants'
  }
  if (type === 'array' && items) return items.enum || items.entryOf ? 'checks' : isSimple(items) ? 'lines' : 'rows'
  if (type === 'object' && properties)
    return Object.values(properties).some(({ interval }) => interval !== undefined) ? 'prices' : 'fields'
  if (type === 'object') return values && Object.keys(values).length > 0 ? 'map' : 'yaml'
  if (type === 'boolean' || field.enum) return 'choice'
  return type === 'string' || type === 'integer' ? 'text' : 'yaml'
}

/** The forms of a value that has several: one for all that are scalars, and each list or map. */
export function variantsOf({ anyOf = [] }: CatalogField): readonly CatalogField[] {
  const scalars = anyOf.filter(({ type }) => type === 'string' || type === 'integer')
  const others = anyOf.filter(({ type }) => type === 'array' || type === 'object')
  const names = scalars.flatMap((each) => each.enum ?? each.const ?? [])
  const isChoice = scalars.every((each) => each.enum ?? each.const)
  const one = scalars.find((each) => each.const === undefined) ?? scalars[0]
  if (!one) return others
  const merged: CatalogField = isChoice ? { type: 'string', enum: names } : { ...one, examples: names }
  const isText = scalars.every(({ type }) => type === 'string')
  return [isText || scalars.length === 1 ? merged : { form: 'decimal', examples: names }, ...others]
}

/** The form of a value that a text has. Without a value, the first one. */
export function variantAt(catalog: CatalogText, path: Path, field: CatalogField): CatalogField {
  const variants = variantsOf(field)
  const node = nodeAt(catalog, path)
  const type = isSeq(node) ? 'array' : isMap(node) ? 'object' : null
  return (
    variants.find((each) => (type ? each.type === type : each.type !== 'array' && each.type !== 'object')) ??
    variants[0]!
  )
}

/** A value to begin with: what its shape requires, and the first of its alternatives. */
export function initialOf(field: CatalogField): unknown {
  const { properties = {}, required = [], alternatives = [] } = field
  switch (controlOf(field)) {
    case 'choice':
      return field.enum ? field.enum[0] : true
    case 'lines':
    case 'rows':
      return [initialOf(field.items!)]
    case 'checks':
      return []
    case 'variants':
      return initialOf(variantsOf(field)[0]!)
    case 'fields': {
      const [first = []] = alternatives
      const keys = [...required, ...(first.some((key) => required.includes(key)) ? [] : first.slice(0, 1))]
      const ordered = Object.keys(properties).filter((key) => keys.includes(key))
      return Object.fromEntries(ordered.map((key) => [key, initialOf(properties[key]!)]))
    }
    case 'text':
    case 'money':
      return ''
    default:
      return {}
  }
}

/** The part that has entries: of the whole file, or of the nearest map outside that has it. */
function partFor(catalog: CatalogText, path: Path, { entryOf }: CatalogField): Path | null {
  if (entryOf === undefined) return null
  const length = path.findIndex((_, each) => isMap(nodeAt(catalog, [...path.slice(0, each), entryOf])))
  return length < 0 ? null : [...path.slice(0, length), entryOf]
}

/** Codes of the entries to which a value can refer. */
export function entriesFor(catalog: CatalogText, path: Path, field: CatalogField): readonly string[] {
  const part = partFor(catalog, path, field)
  const isOf = (key: string) => field.kinds?.includes(scalarAt(catalog, [...part!, key, 'kind']) ?? '') ?? true
  return part ? keysAt(catalog, part).filter(isOf) : []
}

/** Values that the entry of a key lists, for example those of a dimension. */
export function valuesFor(
  catalog: CatalogText,
  path: Path,
  field: CatalogField,
  key: string,
): readonly string[] | undefined {
  const part = partFor(catalog, path, field)
  return (part && textsAt(catalog, [...part, key])) ?? undefined
}

/** Texts of a value in one line, for the heading of a row. */
export function summaryOf(catalog: CatalogText, path: Path, textOf: (key: string, text: string) => string): string {
  const node = nodeAt(catalog, path)
  const parts = keysAt(catalog, path).flatMap((key, index) => {
    const here = [...path, key]
    const text = scalarAt(catalog, here)
    if (text !== null) return index === 0 ? text : textOf(key, text)
    const value = nodeAt(catalog, here)
    if (isSeq(value)) return textOf(key, String(value.items.length))
    return keysAt(catalog, here).flatMap((inner) => {
      const one = scalarAt(catalog, [...here, inner])
      return one === null ? [] : textOf(inner, one)
    })
  })
  return isScalar(node) ? (scalarAt(catalog, path) ?? '') : parts.filter(Boolean).join(' · ')
}

export const currencyOf = (catalog: CatalogText): string => scalarAt(catalog, ['currency']) ?? ''

/** Currencies of an amount: those of the prices of its plan or package, otherwise that of the catalog, and those that it has. */
export function currenciesAt(catalog: CatalogText, path: Path): readonly string[] {
  const own = currencyOf(catalog)
  const prices = [...path.slice(0, 2), 'prices']
  const sold = keysAt(catalog, prices)
    .filter((key) => key !== 'per')
    .flatMap((key) => (scalarAt(catalog, [...prices, key]) === null ? keysAt(catalog, [...prices, key]) : own))
  return [...new Set([...(sold.length > 0 ? sold : [own]), ...keysAt(catalog, path)])]
}

/** Unit of a number: `%`, or that of the feature whose entry has it. */
export function unitOf(catalog: CatalogText, path: Path, { unit }: CatalogField): string | undefined {
  if (unit !== 'feature') return unit
  const feature = path[0] === 'rate_cards' ? path[1] : path[3]
  return (feature && scalarAt(catalog, ['features', feature, 'unit'])) || undefined
}
