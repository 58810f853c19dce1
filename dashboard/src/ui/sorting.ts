import { useState } from 'react'
import { useFilter } from '../session/use-filter.js'
import { useKept } from '../session/use-kept.js'
import { locale } from '../words/language.js'

/** A value by which rows are compared: money by its amount, and nothing last in both directions. */
export type SortValue =
  | string
  | number
  | boolean
  | { readonly decimal: string; readonly currency: string }
  | null
  | undefined

/** Orders of the API, which also sort rows that were not read yet. */
interface ServerOrders {
  readonly ascending?: string
  readonly descending?: string
}

/** The part of a column by which its table is sorted. */
export interface SortableColumn<Row> {
  readonly name: string
  /** Value of a row by which rows that were read are compared. A column without it and without orders is not sorted. */
  readonly by?: (row: Row) => SortValue
  readonly orders?: ServerOrders
}

/** Orders of a list that is read from both ends, by its time. */
export const TIME_ORDERS: ServerOrders = { ascending: 'OLDEST', descending: 'NEWEST' }

export interface Sort {
  /** Name of the column, as the address has it. */
  readonly column: string
  readonly isDescending: boolean
}

export const columnKey = (name: string): string => name.toLowerCase().replaceAll(/\W+/g, '-')

const sortOf = (text: string): Sort | null =>
  text ? { column: text.replace(/^-/, ''), isDescending: text.startsWith('-') } : null

export const sortText = (sort: Sort | null): string => (sort ? `${sort.isDescending ? '-' : ''}${sort.column}` : '')

/** The sort of a table. That of the list of a page is in the address, others last until the page is left. */
export function useSort(name: string, isInAddress: boolean): readonly [Sort | null, (next: Sort | null) => void] {
  const [address, setAddress] = useFilter('sort')
  const [kept, keep] = useKept<string>(`${name} sort`)
  const [own, setOwn] = useState(kept ?? '')
  if (isInAddress) return [sortOf(address), (next) => setAddress(sortText(next))]
  return [
    sortOf(own),
    (next) => {
      setOwn(sortText(next))
      keep(sortText(next))
    },
  ]
}

/** The order of the API for the sort of the address. Undefined: the list's own order. */
export function useServerOrder(columns: readonly Pick<SortableColumn<never>, 'name' | 'orders'>[]): string | undefined {
  const sort = sortOf(useFilter('sort')[0])
  const orders = columns.find(({ name }) => columnKey(name) === sort?.column)?.orders
  return sort?.isDescending ? orders?.descending : orders?.ascending
}

/** True if the rows of the address are the oldest first, for a list that is read from both ends. */
export const useFromEnd = (columns: readonly Pick<SortableColumn<never>, 'name' | 'orders'>[]): boolean =>
  useServerOrder(columns) === TIME_ORDERS.ascending

/** True if the API has the order of a sort. */
export const isServerSort = (orders: ServerOrders | undefined, { isDescending }: Sort): boolean =>
  Boolean(isDescending ? orders?.descending : orders?.ascending)

/** The sort after a press of a column: ascending, descending, and the list's own order again. */
export function nextSort<Row>(
  { name, orders }: SortableColumn<Row>,
  sort: Sort | null,
  isComplete: boolean,
): Sort | null {
  const column = columnKey(name)
  const [ascending, descending] = [false, true].map((isDescending) => ({ column, isDescending }))
  const isOffered = (next: Sort) => isComplete || isServerSort(orders, next)
  const rest = sort?.column !== column ? [ascending!, descending!] : sort.isDescending ? [] : [descending!]
  return rest.find(isOffered) ?? null
}

const comparable = (value: SortValue): string | number | null => {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'object') return Number(value.decimal)
  return typeof value === 'boolean' ? Number(value) : value
}

/** Rows by the values of a column. Rows with equal values stay in the order of the list. */
export function sortedRows<Row>(
  rows: readonly Row[],
  by: (row: Row) => SortValue,
  isDescending: boolean,
): readonly Row[] {
  const { compare } = new Intl.Collator(locale, { numeric: true })
  return rows
    .map((row) => ({ row, value: comparable(by(row)) }))
    .toSorted(({ value: left }, { value: right }) => {
      if (left === null || right === null) return Number(left === null) - Number(right === null)
      const order =
        typeof left === 'number' && typeof right === 'number' ? left - right : compare(String(left), String(right))
      return isDescending ? -order : order
    })
    .map(({ row }) => row)
}
