import {
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  stringify,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'

/** Keys, and positions in lists, that lead to a value of a catalog. */
export type Path = readonly string[]

/** The text of a catalog with the nodes of its YAML. Edits return the text with a change where the value is: the rest of the text stays. */
export interface CatalogText {
  readonly text: string
  readonly document: Document
  readonly lines: LineCounter
}

/** Null for a text that is no map with entries, or has errors of YAML. */
export function readCatalog(text: string): CatalogText | null {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const isMapWithEntries = isMap(document.contents) && document.contents.items.length > 0
  return document.errors.length === 0 && isMapWithEntries ? { text, document, lines } : null
}

type Value = Node | null
type Entry = Pair<Scalar, Value>
type Map = YAMLMap<Scalar, Value>

/** An item of a list is an entry whose key is where its value is. */
function entriesOf(node: Value): readonly Entry[] {
  if (isMap(node)) return (node as Map).items
  if (!isSeq(node)) return []
  return (node as YAMLSeq<Node>).items.map(
    (item, index) => ({ key: Object.assign(new Scalar(String(index)), { range: item.range }), value: item }) as Entry,
  )
}

/** The pairs on the way to a value, as far as there are any. */
function entriesTo({ document }: CatalogText, path: Path): readonly Entry[] {
  const found: Entry[] = []
  let node: Value = document.contents
  for (const key of path) {
    const next = entriesOf(node).find((each) => String(each.key.value) === key)
    if (!next) break
    found.push(next)
    node = next.value
  }
  return found
}

/** The node of a value. Undefined if the text has none; null for a key without a value. */
export function nodeAt(catalog: CatalogText, path: Path): Value | undefined {
  if (path.length === 0) return catalog.document.contents
  const entries = entriesTo(catalog, path)
  return entries.length === path.length ? entries.at(-1)!.value : undefined
}

/** Text of a scalar, so that 10.10 stays 10.10. Null for what is no scalar. */
export function scalarAt(catalog: CatalogText, path: Path): string | null {
  const node = nodeAt(catalog, path)
  if (node === null) return ''
  if (!isScalar(node)) return null
  return typeof node.value === 'string' ? node.value : (node.source ?? '')
}

export function keysAt(catalog: CatalogText, path: Path): readonly string[] {
  const node = nodeAt(catalog, path)
  return isMap(node) ? (node as Map).items.map(({ key }) => String(key.value)) : []
}

/** Positions of the items of a list. */
export function itemsAt(catalog: CatalogText, path: Path): readonly string[] {
  const node = nodeAt(catalog, path)
  return isSeq(node) ? node.items.map((_, index) => String(index)) : []
}

/** Texts of a list. Null for other values, and for a list with comments, which a new text would lack. */
export function textsAt(catalog: CatalogText, path: Path): readonly string[] | null {
  const node = nodeAt(catalog, path)
  if (node === undefined) return []
  const json: unknown = isCollection(node) ? node.toJS(catalog.document) : null
  return Array.isArray(json) && json.every((each) => typeof each !== 'object') && !hasComments(node!)
    ? json.map(String)
    : null
}

function hasComments(node: Node): boolean {
  let isFound = false
  visit(node, { Node: (_, { comment, commentBefore }) => void (isFound ||= Boolean(comment || commentBefore)) })
  return isFound
}

/** Line and column of a value, or of the nearest one around it. They count from 1. */
export function placeOf(catalog: CatalogText, path: Path): { readonly line: number; readonly column: number } {
  const { line, col } = catalog.lines.linePos(entriesTo(catalog, path).at(-1)?.key.range?.[0] ?? 0)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

/** A number as a person typed it, `10.00` for example. What is no number is a text, in which the server finds the error. */
export const typed = (text: string): unknown =>
  /^(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?$/.test(text) ? parseDocument(text).contents : text

/** YAML of a value in one line. */
function snippet(value: unknown, isInFlow: boolean): string {
  if (!isInFlow && (typeof value !== 'object' || isScalar(value)))
    return stringify(value, { lineWidth: 0, blockQuote: false }).trim()
  return stringify([value], { lineWidth: 0, collectionStyle: 'flow' }).trim().slice(2, -2)
}

const spliced = ({ text }: CatalogText, from: number, to: number, by: string): string =>
  text.slice(0, from) + by + text.slice(to)

/** The offset at which the content of a value ends, before a comment. */
function endOf({ key, value }: Entry): number {
  if (!value?.range) return key.range![1]
  const last = isCollection(value) && !value.flow ? value.items.at(-1) : undefined
  if (last === undefined) return value.range[1]
  return endOf('key' in (last as object) ? (last as Entry) : ({ key: last, value: last } as Entry))
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

/** The start of the line of an entry; that of an item is the line of its dash. */
const lineOf = ({ text }: CatalogText, { key, value }: Entry): number =>
  lineStart(text, key.range === value?.range ? text.lastIndexOf('-', key.range![0] - 1) : key.range![0])

/** The start of the next line. */
function lineAfter(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end + 1
}

const indentOf = ({ lines }: CatalogText, { key }: Entry): string => ' '.repeat(lines.linePos(key.range![0]).col - 1)

/**
 * Writes a value. A missing one is added after those that the order names before it.
 * @param order keys of the map that has the value
 */
export function withValue(catalog: CatalogText, path: Path, value: unknown, order: readonly string[] = []): string {
  const entries = entriesTo(catalog, path)
  const last = entries.at(-1)
  if (entries.length === path.length) return replaced(catalog, last!, value, isInFlow(catalog, path))
  const rest = path.slice(entries.length + 1)
  // oxlint-disable-next-line unicorn/no-array-reduce -- from the innermost map to the outermost
  const nested = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
  const key = path[entries.length]!
  const map = last ? last.value : catalog.document.contents
  if (isMap(map) && map.items.length > 0)
    return inserted(catalog, map as Map, key, nested, rest.length > 0 ? [] : order, entries.length)
  return replaced(catalog, last!, { [key]: nested }, isInFlow(catalog, path.slice(0, entries.length)))
}

/** True if a map or list around the value is written in braces. */
export function isInFlow(catalog: CatalogText, path: Path): boolean {
  return path.some((_, length) => {
    const node = nodeAt(catalog, path.slice(0, length))
    return isCollection(node) && node.flow === true
  })
}

function replaced(catalog: CatalogText, entry: Entry, value: unknown, inFlow: boolean): string {
  const { value: old, key } = entry
  const scalar = typeof value === 'string' && isScalar(old) ? quotedAs(old, value) : value
  const by = snippet(scalar, inFlow)
  // A list in lines begins below its key, an item where it is.
  if (isCollection(old) && !old.flow)
    return key.range === old.range
      ? spliced(catalog, key.range![0], endOf(entry), by)
      : spliced(catalog, catalog.text.indexOf(':', key.range![1]) + 1, endOf(entry), ` ${by}`)
  const [from, to] = old?.range ?? [key.range![1], key.range![1]]
  const space = /[\s:]/.test(catalog.text[from - 1] ?? '') && catalog.text[from - 1] !== ':' ? '' : ' '
  const end = catalog.text[to - 1] === '\n' ? '\n' : catalog.text[to] === '#' ? ' ' : ''
  return spliced(catalog, from, to, `${space}${by}${end}`)
}

/** A text in the quotes of the one before it, if they are a choice: some texts require quotes. */
function quotedAs({ type, value: old }: Scalar, value: string): Scalar {
  const scalar = new Scalar(value)
  const isChoice = (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') && !/^['"]/.test(stringify(old))
  if (isChoice) scalar.type = type
  return scalar
}

/** @param depth number of maps around the map */
function inserted(
  catalog: CatalogText,
  map: Map,
  key: string,
  value: unknown,
  order: readonly string[],
  depth: number,
): string {
  const rank = order.indexOf(key)
  const others = map.items as Entry[]
  const before =
    rank < 0 ? others.at(-1) : others.findLast(({ key: { value: other } }) => order.indexOf(String(other)) < rank)
  const first = others[0]!
  if (map.flow) {
    const pair = `${snippet(key, true)}: ${snippet(value, true)}`
    return before
      ? spliced(catalog, endOf(before), endOf(before), `, ${pair}`)
      : spliced(catalog, first.key.range![0], first.key.range![0], `${pair}, `)
  }
  const indent = indentOf(catalog, first)
  // The first entry decides between braces and lines.
  const isInLines = depth < 2 && !(isMap(first.value) && first.value.flow)
  const pair = isInLines
    ? stringify({ [key]: value }, { lineWidth: 0 })
    : `${snippet(key, false)}: ${snippet(value, false)}\n`
  const text = pair.replaceAll(/^(?=.)/gm, indent)
  // The first entry can be behind the dash of an item.
  if (!before) return spliced(catalog, first.key.range![0], first.key.range![0], text.slice(indent.length) + indent)
  return addedAfter(catalog, before, text)
}

function addedAfter(catalog: CatalogText, entry: Entry, text: string): string {
  const at = lineAfter(catalog.text, endOf(entry))
  const isEnd = at > 0 && catalog.text[at - 1] !== '\n'
  return spliced(catalog, at, at, isEnd ? `\n${text}` : text)
}

/** Removes a value with its key and the comment in its line. A map or list that would be empty is removed, too. */
export function withoutValue(catalog: CatalogText, path: Path): string {
  const found = entriesTo(catalog, path)
  const holder = nodeAt(catalog, path.slice(0, -1)) as Value
  const entries = entriesOf(holder)
  if (found.length < path.length || !isCollection(holder)) return catalog.text
  if (entries.length === 1 && path.length > 1) return withoutValue(catalog, path.slice(0, -1))
  const entry = found.at(-1)!
  const index = entries.findIndex(({ value, key }) => (value ?? key) === (entry.value ?? entry.key))
  const start = entry.key.range![0]
  const next = entries[index + 1]
  const line = lineOf(catalog, entry)
  // The first entry of an item is behind the dash, which stays.
  const isBehindDash = isMap(holder) && catalog.text.slice(line, start).trim() !== ''
  if (!holder.flow && !(isBehindDash && next)) return spliced(catalog, line, lineAfter(catalog.text, endOf(entry)), '')
  if (next) return spliced(catalog, start, next.key.range![0], '')
  if (index === 0) return spliced(catalog, start, endOf(entry), '')
  const previous = endOf(entries[index - 1]!)
  const isSameLine = !catalog.text.slice(previous, start).includes('\n')
  return spliced(catalog, isSameLine ? previous : start, endOf(entry), '')
}

/** Adds an item to a list that has others, in the form of the last one. */
export function withItem(catalog: CatalogText, path: Path, value: unknown): string {
  const list = nodeAt(catalog, path) as YAMLSeq<Node>
  const last = entriesOf(list).at(-1)!
  if (isInFlow(catalog, [...path, '0'])) return spliced(catalog, endOf(last), endOf(last), `, ${snippet(value, true)}`)
  const line = lineOf(catalog, last)
  const indent = /^ */.exec(catalog.text.slice(line))![0]
  const isInLines = isCollection(last.value) && !last.value.flow
  const item = isInLines ? stringify([value], { lineWidth: 0 }) : `- ${snippet(value, false)}\n`
  return addedAfter(catalog, last, item.replaceAll(/^(?=.)/gm, indent))
}

/** Moves an item of a list by one place. Comments above it, and in its lines, move with it. */
export function withMoved(catalog: CatalogText, path: Path, by: 1 | -1): string {
  const entries = entriesOf(nodeAt(catalog, path.slice(0, -1)) as Value)
  const first = Math.min(Number(path.at(-1)), Number(path.at(-1)) + by)
  const [one, two] = [entries[first]!, entries[first + 1]!]
  const { text } = catalog
  const swapped = (start: number, end: number, next: number, last: number) =>
    spliced(catalog, start, last, text.slice(next, last) + text.slice(end, next) + text.slice(start, end))
  if (isInFlow(catalog, path)) return swapped(one.key.range![0], endOf(one), two.key.range![0], endOf(two))
  const comments = /(?:(?<=^|\n)[ \t]*#.*\n)*$/.exec(text.slice(0, lineOf(catalog, one)))![0].length
  const start = lineOf(catalog, one) - comments
  const end = lineAfter(text, endOf(one))
  const last = lineAfter(text, endOf(two))
  if (text[last - 1] === '\n') return swapped(start, end, end, last)
  return spliced(catalog, start, last, `${text.slice(end, last)}\n${text.slice(start, end - 1)}`)
}

/** Gives a value another key, at its place. */
export function withKey(catalog: CatalogText, path: Path, key: string): string {
  const { range } = entriesTo(catalog, path).at(-1)!.key
  return spliced(catalog, range![0], range![1], snippet(key, true))
}

/** Copies an entry with its comments, below the original. */
export function withCopy(catalog: CatalogText, path: Path, key: string): string {
  const entry = entriesTo(catalog, path).at(-1)!
  const { text } = catalog
  const [from, keyEnd] = entry.key.range!
  if (isInFlow(catalog, path)) {
    const end = endOf(entry)
    return spliced(catalog, end, end, `, ${snippet(key, true)}${text.slice(keyEnd, end)}`)
  }
  const indent = indentOf(catalog, entry)
  const gap = /\n[ \t]*\n(?:[ \t]*#.*\n)*$/.test(text.slice(0, from - indent.length)) ? '\n' : ''
  const copied = text.slice(keyEnd, lineAfter(text, endOf(entry)))
  return addedAfter(catalog, entry, `${gap}${indent}${snippet(key, false)}${copied}`)
}
