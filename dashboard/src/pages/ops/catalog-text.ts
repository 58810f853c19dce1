import {
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  Scalar,
  stringify,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml'

/** Keys that lead to a value of a catalog. */
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

const entryOf = (map: Map, key: string): Entry | undefined => map.items.find((each) => String(each.key.value) === key)

/** The pairs on the way to a value, as far as there are any. */
function entriesTo({ document }: CatalogText, path: Path): readonly Entry[] {
  const found: Entry[] = []
  let node: Value = document.contents
  for (const key of path) {
    const next = isMap(node) ? entryOf(node as Map, key) : undefined
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
  return 'key' in (last as object) ? endOf(last as Entry) : (last as Node).range![1]
}

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

/** True if a map around the value is written in braces. */
function isInFlow(catalog: CatalogText, path: Path): boolean {
  return path.some((_, length) => {
    const node = nodeAt(catalog, path.slice(0, length))
    return isMap(node) && node.flow === true
  })
}

function replaced(catalog: CatalogText, entry: Entry, value: unknown, inFlow: boolean): string {
  const { value: old, key } = entry
  const scalar = typeof value === 'string' && isScalar(old) ? quotedAs(old, value) : value
  const by = snippet(scalar, inFlow)
  // A list in lines begins below its key.
  if (isCollection(old) && !old.flow)
    return spliced(catalog, catalog.text.indexOf(':', key.range![1]) + 1, endOf(entry), ` ${by}`)
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
  if (!before) {
    const start = first.key.range![0] - indent.length
    return spliced(catalog, start, start, text)
  }
  return addedAfter(catalog, before, text)
}

function addedAfter(catalog: CatalogText, entry: Entry, text: string): string {
  const at = lineAfter(catalog.text, endOf(entry))
  const isEnd = at > 0 && catalog.text[at - 1] !== '\n'
  return spliced(catalog, at, at, isEnd ? `\n${text}` : text)
}

/** Removes a value with its key and the comment in its line. A map that would be empty is removed, too. */
export function withoutValue(catalog: CatalogText, path: Path): string {
  const entries = entriesTo(catalog, path)
  const map = nodeAt(catalog, path.slice(0, -1))
  if (entries.length < path.length || !isMap(map)) return catalog.text
  const { items } = map as Map
  if (items.length === 1 && path.length > 2) return withoutValue(catalog, path.slice(0, -1))
  const entry = entries.at(-1)!
  const start = entry.key.range![0]
  if (!map.flow)
    return spliced(catalog, start - indentOf(catalog, entry).length, lineAfter(catalog.text, endOf(entry)), '')
  const index = items.indexOf(entry)
  const next = items[index + 1]
  if (next) return spliced(catalog, start, next.key.range![0], '')
  if (index === 0) return spliced(catalog, start, endOf(entry), '')
  const previous = endOf(items[index - 1] as Entry)
  const isSameLine = !catalog.text.slice(previous, start).includes('\n')
  return spliced(catalog, isSameLine ? previous : start, endOf(entry), '')
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
