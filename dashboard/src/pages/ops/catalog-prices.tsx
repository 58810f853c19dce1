import { Button, Text } from '@mantine/core'
import sold from 'currency:sold'
import IconTrash from 'icon:trash'
import type { CatalogField, CatalogFields } from '../../../catalog-schema.js'
import { intervalText } from '../../ui/format.js'
import { Icon } from '../../ui/icon.js'
import { Select } from '../../ui/select.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { TypedInput } from './catalog-fields.js'
import { errorOf, useCatalogForm, withMoney } from './catalog-form-context.js'
import { currencyOf } from './catalog-shape.js'
import {
  keysAt,
  nodeAt,
  readCatalog,
  scalarAt,
  typed,
  withKey,
  withoutValue,
  withValue,
  type CatalogText,
  type Path,
} from './catalog-text.js'

const texts = catalogFormWords

/** A price of the file. */
export interface PriceRow {
  /** Key of the interval. */
  readonly key: string
  readonly currency: string
  /** Text of the amount. */
  readonly amount: string
  readonly path: Path
}

/** The intervals of prices. */
export const intervalsOf = (fields: CatalogFields): readonly string[] =>
  Object.keys(fields).filter((key) => fields[key]!.interval !== undefined)

/** The prices of a plan or package, in the order of the file. */
export function pricesAt(catalog: CatalogText, path: Path, fields: CatalogFields): readonly PriceRow[] {
  const intervals = new Set(intervalsOf(fields))
  return keysAt(catalog, path).flatMap((key): readonly PriceRow[] => {
    const here = [...path, key]
    if (!intervals.has(key)) return []
    const amount = scalarAt(catalog, here)
    if (amount !== null) return [{ key, currency: currencyOf(catalog), amount, path: here }]
    return keysAt(catalog, here).map((currency) => ({
      key,
      currency,
      amount: scalarAt(catalog, [...here, currency]) ?? '',
      path: [...here, currency],
    }))
  })
}

interface PricesProps {
  readonly path: Path
  readonly field: CatalogField
}

/** Prices by interval and currency. */
export function Prices({ path, field }: PricesProps) {
  const form = useCatalogForm()
  const { catalog, change } = form
  const fields = field.properties!
  const intervals = intervalsOf(fields)
  const rows = pricesAt(catalog, path, fields)
  const isUsed = (key: string, currency: string) => rows.some((row) => row.key === key && row.currency === currency)
  const used = [...new Set([currencyOf(catalog), ...rows.map(({ currency }) => currency)])]
  const currencies = [...used, ...sold.filter((each) => !used.includes(each))]
  const [part, code] = path as [string, string]
  // A package without a price has the error at the short form, which has no field then.
  const error = errorOf(form, path) ?? errorOf(form, [part, code, 'price'])
  const free = ['month', 'year', ...intervals].find((key) => intervals.includes(key) && !isUsed(key, used[0]!))
  return (
    <fieldset className="catalog-group">
      <legend>{texts.prices}</legend>
      {rows.length === 0 && part === 'plans' && (
        <Text size="sm" c="dimmed">
          {texts.free}
        </Text>
      )}
      {rows.map((row) => {
        const name = `${intervalText(fields[row.key]!.interval!)}, ${row.currency}`
        return (
          <div className="catalog-price" key={row.path.join('.')}>
            <TypedInput
              name={row.path.join('.')}
              label={texts.amount}
              value={row.amount}
              error={errorOf(form, row.path)}
              isRequired
              isNumber
              onType={(text) => change(withValue(catalog, row.path, typed(text!)))}
            />
            <Select
              label={texts.currency}
              data={currencies
                .filter((each) => each === row.currency || !isUsed(row.key, each))
                .map((value) => ({ value, label: value }))}
              value={row.currency}
              onChange={(currency) => change(moved(catalog, path, row, { ...row, currency: currency! }))}
            />
            <Select
              label={texts.interval}
              data={intervals
                .filter((each) => each === row.key || !isUsed(each, row.currency))
                .map((value) => ({ value, label: intervalText(fields[value]!.interval!) }))}
              value={row.key}
              onChange={(key) => change(moved(catalog, path, row, { ...row, key: key! }))}
            />
            <Button
              variant="subtle"
              color="red"
              aria-label={texts.removePrice(name)}
              title={texts.removePrice(name)}
              onClick={() => change(withoutPrice(catalog, row))}
            >
              <Icon of={IconTrash} />
            </Button>
          </div>
        )
      })}
      {error && (
        <Text size="sm" c="red">
          {error}
        </Text>
      )}
      {free && (
        <Button
          size="xs"
          variant="default"
          onClick={() => change(added(catalog, path, { key: free, currency: used[0]!, amount: '' }))}
        >
          {texts.addPrice}
        </Button>
      )}
    </fieldset>
  )
}

/** Without a price; a plan whose last price it was is free. */
function withoutPrice(catalog: CatalogText, { path }: Pick<PriceRow, 'path'>): string {
  const prices = path.slice(0, 3)
  const left = readCatalog(withoutValue(catalog, path))!
  const isFree = keysAt(left, prices).every((key) => key === 'per')
  return isFree ? withoutValue(left, prices) : left.text
}

/** With a price after the others. */
const added = (catalog: CatalogText, path: Path, { key, ...price }: Omit<PriceRow, 'path'>): string =>
  withMoney(catalog, [...path, key], price, [...keysAt(catalog, path).filter((each) => each !== 'per'), key, 'per'])

/** A price at another interval or in another currency, at its place if it can stay there. */
function moved(catalog: CatalogText, path: Path, row: PriceRow, to: Pick<PriceRow, 'key' | 'currency'>): string {
  const { key, currency } = to
  const isAlone = row.path.length === 4 || keysAt(catalog, row.path.slice(0, -1)).length === 1
  if (currency === row.currency && isAlone && nodeAt(catalog, [...path, key]) === undefined)
    return withKey(catalog, row.path.slice(0, 4), key)
  if (key === row.key && row.path.length === 5) return withKey(catalog, row.path, currency)
  if (key === row.key) return withValue(catalog, row.path, { [currency]: typed(row.amount) })
  // The new place first: a map of prices never becomes empty.
  const there = readCatalog(added(catalog, path, { ...to, amount: row.amount }))!
  return withoutValue(there, row.path)
}
