import { didYouMean } from '#services/kernel/text/nearest-name.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import { composeYaml } from '#services/kernel/yaml/compose-yaml.js'
import { isMap, isScalar, isSeq, Scalar, type LineCounter, type Node, type Pair } from 'yaml'
import { CatalogFileError, type CatalogIssue } from './catalog-file-error.js'

/** A catalog contains the compose files of its templates. */
const LIMITS = { tokens: 200_000, levels: 100 }

/** Pairs of letters that are compared to find the names that mistyped ones resemble. Ten mistakes need about 50,000. */
const MAX_COMPARED = 300_000

/** Position of a value, and the exact source text of a scalar. */
interface Located {
  readonly keyOffset: number
  readonly valueOffset: number
  readonly text: string | null
}

/** A catalog file opened: its content as plain data, the place of every value, and the problems found so far. */
export class CatalogSource {
  readonly content: unknown
  private readonly lines: LineCounter
  private readonly places = new Map<string, Located>()
  private readonly found: CatalogIssue[] = []
  private readonly foundAt = new Set<string>()
  /** Paths of the problems, and of all values around them. */
  private readonly broken = new Set<string>()
  private compared = 0
  private readonly oversized: [offset: number, path: FieldPath, text: string][] = []
  private readonly fileName: string

  /** @throws CatalogFileError if the text has no readable form; then no other problem is reported. */
  constructor(text: string, fileName: string) {
    this.fileName = fileName
    const { document, lines, problems, isReadable } = composeYaml(text, LIMITS)
    this.lines = lines
    for (const { offset, message } of problems) this.add(offset, [], message)
    if (!isReadable) throw this.failure()
    if (document.contents) document.contents = this.locate(document.contents, [], 0)
    this.content = document.toJS()
    for (const [offset, path, number] of this.oversized) this.add(offset, path, `${number} is too large a number`)
  }

  /** Source text of a scalar, so that `10.10` stays `10.10`. Null for maps, lists and missing values. */
  textAt(path: FieldPath): string | null {
    return this.places.get(keyOf(path))?.text ?? null
  }

  /** True when the file says something at a path. */
  has(path: FieldPath): boolean {
    return this.places.has(keyOf(path))
  }

  /** Notes a problem with the value at a path, or, where there is none, with the nearest thing around it. */
  report(path: FieldPath, message: string): void {
    const place = this.places.get(keyOf(path))
    this.add(place ? place.valueOffset : this.nearestKeyOffset(path), path, message)
  }

  /** Reports a problem of the key itself: an unknown key, or an entry that is not allowed. */
  reportKey(path: FieldPath, message: string): void {
    this.add(this.nearestKeyOffset(path), path, message)
  }

  /** True when something was found wrong with the value at a path, or within it. */
  hasIssuesAt(path: FieldPath): boolean {
    return this.broken.has(keyOf(path))
  }

  /** The end of a message about a mistyped name. Empty if no known name is near, or after very many mistakes. */
  didYouMean(name: string, known: Iterable<string>): string {
    if (this.compared > MAX_COMPARED) return ''
    const names = [...known]
    this.compared += name.length * names.reduce((sum, { length }) => sum + length, 0)
    return this.compared > MAX_COMPARED ? '' : didYouMean(name, names)
  }

  /** True when any problem was noted. */
  get isBroken(): boolean {
    return this.found.length > 0
  }

  /** The error to throw: all problems noted, in the order of the file. */
  failure(): CatalogFileError {
    return new CatalogFileError(this.found.toSorted((a, b) => a.line - b.line || a.column - b.column))
  }

  private nearestKeyOffset(path: FieldPath): number {
    for (let length = path.length; length > 0; length--) {
      const place = this.places.get(keyOf(path.slice(0, length)))
      if (place) return place.keyOffset
    }
    return 0
  }

  private add(offset: number, path: FieldPath, message: string): void {
    const { line, col } = this.lines.linePos(offset)
    const place = { file: this.fileName, line: Math.max(line, 1), column: Math.max(col, 1), path: path.join('.') }
    // One problem per value: the first one found.
    const key = JSON.stringify(place)
    if (this.foundAt.has(key)) return
    this.foundAt.add(key)
    this.found.push({ ...place, message })
    for (let length = 0; length <= path.length; length++) this.broken.add(keyOf(path.slice(0, length)))
  }

  /** Notes the place of a value and of everything in it. Returns the value without what is not supported. */
  private locate(node: Node, path: FieldPath, keyOffset: number): Node {
    const valueOffset = node.range?.[0] ?? keyOffset
    if (isMap(node))
      node.items = node.items.filter((pair) => this.locatePair(pair as Pair<Node, Node | null>, path, valueOffset))
    else if (isSeq(node)) {
      node.items = (node.items as Node[]).map((item, index) =>
        this.locate(item, [...path, index], item.range?.[0] ?? valueOffset),
      )
    } else if (!isScalar(node)) {
      // Anchors would let a short file expand without limit, and one position represent several values.
      this.add(valueOffset, path, 'aliases are not supported: write the value out')
      this.places.set(keyOf(path), { keyOffset, valueOffset, text: null })
      return new Scalar(null)
    } else if (typeof node.value === 'number' && !isStorable(node.value)) {
      this.oversized.push([valueOffset, path, node.source ?? String(node.value)])
    } else if (typeof node.value === 'string' && !isPostgresSafe(node.value)) {
      this.add(valueOffset, path, 'contains a character that cannot be stored, for example NUL')
    }
    const text = isScalar(node) && node.value !== null ? (node.source ?? null) : null
    this.places.set(keyOf(path), { keyOffset, valueOffset, text })
    return node
  }

  /** False if the key has no place. */
  private locatePair(pair: Pair<Node, Node | null>, path: FieldPath, mapOffset: number): boolean {
    const { key, value } = pair
    const keyOffset = key.range?.[0] ?? mapOffset
    if (!isScalar(key) || !isPostgresSafe(key.value)) {
      this.add(keyOffset, path, 'keys must be plain words')
      return false
    }
    const pairPath = [...path, String(key.value)]
    if (value) pair.value = this.locate(value, pairPath, keyOffset)
    else this.places.set(keyOf(pairPath), { keyOffset, valueOffset: keyOffset, text: null })
    return true
  }
}

function isStorable(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
}

function keyOf(path: FieldPath): string {
  return JSON.stringify(path.map(String))
}
