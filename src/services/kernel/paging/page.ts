import { AppError } from '../errors/app-error.js'

/** Requested page of a list: the items after a cursor, or those before it. */
export interface PageRequest {
  readonly first: number
  readonly after: string | null
  /** True: `first` is the number of items before the cursor `after`, and without a cursor the last items of the list. */
  readonly backward?: boolean
}

/** Arguments of a connection. Only some lists can be read backward. */
export interface PageArguments {
  readonly first?: number | null
  readonly after?: string | null
  readonly last?: number | null
  readonly before?: string | null
}

/** A page by keyset: stable while rows come and go. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** One cursor for each item. */
  readonly cursors: readonly string[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
}

/** A page of a list that can be counted. */
export interface CountablePage<Item> extends Page<Item> {
  readonly countAll: () => Promise<number>
}

/** Nothing, as a page: what may not be seen is absent. */
export const EMPTY_PAGE: Page<never> = { items: [], cursors: [], hasNextPage: false, hasPreviousPage: false }

/** The same as a page of a list that can be counted. */
export const EMPTY_COUNTED_PAGE: CountablePage<never> = { ...EMPTY_PAGE, countAll: () => Promise.resolve(0) }

/** Largest page of any list. */
export const MAX_PAGE_SIZE = 100

/**
 * Applies the default and rejects sizes out of range. Zero is a page without items that shows whether there are any.
 */
export function pageRequest(args: PageArguments, defaultSize: number): PageRequest {
  const { last = null, before = null } = args
  if (last === null && before === null)
    return { first: sizeOf('first', args.first ?? defaultSize), after: args.after ?? null }
  // `first` has a default: the schema rejects one that a client states.
  if ((args.after ?? null) !== null) throw bothDirections(args)
  return { first: sizeOf('last', last ?? defaultSize), after: before, backward: true }
}

/** Error for a page of both directions, at the backward argument. */
export const bothDirections = ({ last = null }: PageArguments): AppError =>
  badPage(last === null ? 'before' : 'last', 'Use either first and after, or last and before.')

function sizeOf(field: 'first' | 'last', size: number): number {
  if (size >= 0 && size <= MAX_PAGE_SIZE) return size
  throw badPage(field, `${field} must be between 0 and ${MAX_PAGE_SIZE}.`)
}

const badPage = (field: string, message: string): AppError =>
  new AppError('BAD_USER_INPUT', message, { details: { field } })

/**
 * Reads one row more than requested, to know whether there is a next page. @param list name of the list in its cursors,
 * with the ID of its owner if each owner has one: another list's cursor is rejected @param keyOf sort key of a row,
 * which becomes its cursor @param read rows after a key in the list's order; if backward, rows before it in the reverse order
 */
export const readPage = <Item>(
  request: PageRequest,
  list: string,
  keyOf: (item: Item) => readonly string[],
  read: (limit: number, after: readonly string[] | null, backward: boolean) => Promise<Item[]>,
): Promise<Page<Item>> =>
  readPageBy(
    request,
    {
      decode: (cursor) => decodeKey(list, cursor, request.backward),
      encode: (item: Item) => encodeKey(list, keyOf(item)),
    },
    read,
  )

/** A page of a list in memory. @param items in ascending order of their keys, which are texts */
export async function pageOf<Item>(
  request: PageRequest,
  list: string,
  keyOf: (item: Item) => readonly string[],
  items: readonly Item[],
): Promise<CountablePage<Item>> {
  const page = await readPage<Item>(request, list, keyOf, (limit, after, backward) => {
    const ordered = backward ? items.toReversed() : items
    const rest =
      after === null ? ordered : ordered.filter((item) => compareKeys(keyOf(item), after) * (backward ? -1 : 1) > 0)
    return Promise.resolve(rest.slice(0, limit))
  })
  return { ...page, countAll: () => Promise.resolve(items.length) }
}

function compareKeys(left: readonly string[], right: readonly string[]): number {
  const index = left.findIndex((part, position) => part !== right[position])
  if (index === -1) return 0
  return left[index]! < (right[index] ?? '') ? -1 : 1
}

/** Encodes places of a list as cursors, and decodes them. */
export interface CursorCodec<Item, Place> {
  readonly decode: (cursor: string) => Place
  readonly encode: (item: Item) => string
}

/** As `readPage`, for lists whose items have cursors of their own. */
export async function readPageBy<Item, Place>(
  request: PageRequest,
  { decode, encode }: CursorCodec<Item, Place>,
  read: (limit: number, after: Place | null, backward: boolean) => Promise<Item[]>,
): Promise<Page<Item>> {
  const { first, backward = false } = request
  const after = request.after === null ? null : decode(request.after)
  const rows = await read(first + 1, after, backward).catch((error: unknown) => {
    throw after !== null && isBadValue(error) ? cursorNotFound(backward) : error
  })
  const items = rows.slice(0, first)
  if (backward) items.reverse()
  const [hasMore, hasOthers] = [rows.length > first, after !== null]
  return {
    items,
    cursors: items.map(encode),
    hasNextPage: backward ? hasOthers : hasMore,
    hasPreviousPage: backward ? hasMore : hasOthers,
  }
}

const encodeKey = (list: string, key: readonly string[]): string =>
  Buffer.from(JSON.stringify([list, ...key])).toString('base64url')

function decodeKey(list: string, cursor: string, backward?: boolean): readonly string[] {
  const [name, ...key] = parse(cursor)
  if (name === list && key.length > 0 && key.every((part) => typeof part === 'string' && !part.includes('\u0000')))
    return key as string[]
  throw cursorNotFound(backward)
}

const cursorNotFound = (backward = false): AppError =>
  new AppError('INVALID_CURSOR', 'Invalid cursor for this list.', { details: { field: backward ? 'before' : 'after' } })

/**
 * The database could not parse a part of the key as a number or a date. Such a cursor is forged, because our keys are
 * valid.
 */
const isBadValue = (error: unknown): boolean => String((error as { code?: unknown } | null)?.code).startsWith('22')

/** The longest key has a few texts of some hundred characters. */
const MAX_CURSOR_LENGTH = 16_384

function parse(cursor: string): unknown[] {
  if (cursor.length > MAX_CURSOR_LENGTH) return []
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(key) ? key : []
  } catch {
    return []
  }
}
