import type { Column } from './data-table.js'

/**
 * Place of a column in a row of a narrow screen, which has two lines: the title and the corner, the text and the side. Lines follow them, each with
 * the name of its column. The rest is shown when the row is unfolded, or on its page.
 */
export type RowPlace = 'title' | 'corner' | 'text' | 'side' | 'line' | 'rest'

type AnyColumn = Column<never>

export interface RowPlaces {
  /** Places of the columns, in their order. Undefined: a box or a menu. */
  readonly places: readonly (RowPlace | undefined)[]
  /** True if the row shows two numbers, which need their names. */
  readonly hasTwoNumbers: boolean
  /** True if rows have values that their two lines leave out. */
  readonly isFolded: boolean
  /** True if a row has a page, which shows the rest. */
  readonly hasPage: boolean
}

const found = new WeakMap<readonly AnyColumn[], RowPlaces>()

/** Places of the columns of a table: those that the columns name, and for the others what they contain. */
export function rowPlaces(columns: readonly AnyColumn[]): RowPlaces {
  const known = found.get(columns)
  if (known) return known
  const places: (RowPlace | undefined)[] = columns.map(({ place }) => place)
  const isFree = (column: AnyColumn) => !column.isMenu && !column.isBox && places[columns.indexOf(column)] === undefined
  const put = (place: RowPlace, ...choices: readonly ((column: AnyColumn) => unknown)[]) => {
    if (places.includes(place)) return
    for (const choice of choices) {
      const column = columns.find((each) => isFree(each) && choice(each))
      if (!column) continue
      places[columns.indexOf(column)] = place
      return
    }
  }
  const isValue = ({ by, isLong, isNumber }: AnyColumn) => by && !isLong && !isNumber
  put(
    'title',
    ({ to }) => to,
    ({ isState, isShort, isNumber }) => !isState && !isShort && !isNumber,
    () => true,
  )
  put(
    'corner',
    ({ isState }) => isState,
    ({ isNumber }) => isNumber,
  )
  put('text', (column) => isValue(column) && !column.isState)
  put('side', ({ isNumber }) => isNumber, isValue)
  const complete = columns.map((column, index) => (isFree(column) ? 'rest' : places[index]))
  const result: RowPlaces = {
    places: complete,
    hasTwoNumbers: ['corner', 'side'].every((place) => columns[places.indexOf(place as RowPlace)]?.isNumber),
    isFolded: complete.includes('rest'),
    hasPage: columns.some(({ to }) => to),
  }
  found.set(columns, result)
  return result
}
