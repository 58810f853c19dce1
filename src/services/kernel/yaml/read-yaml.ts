import { isAlias, isMap, isScalar, isSeq, Scalar, type Alias, type LineCounter, type Node, type YAMLMap } from 'yaml'
import { composeYaml, type YamlLimits } from './compose-yaml.js'

/** Limits of a YAML text, and of its value with each alias replaced by a copy of what it refers to. */
export interface YamlValueLimits extends YamlLimits {
  readonly values: number
  readonly characters: number
  /** True if a key that is a number or a boolean is a problem, and not a name. */
  readonly areKeysTexts?: boolean
}

/** The place of a value in a YAML text. */
export interface YamlPlace {
  /** Line of the value, or of its name, from 1. */
  readonly line: number
  /** The same object for all copies of a value, which an alias or a merge key makes. */
  readonly origin: object
  /** True if the way to the value leads over an alias or a merge key. */
  readonly isCopy: boolean
}

export type YamlValue =
  | {
      readonly kind: 'value'
      readonly value: unknown
      /** The place of the value at a path, or of the last one on the way to it. */
      readonly placeOf: (path: readonly (string | number)[]) => YamlPlace
    }
  | { readonly kind: 'problem'; readonly message: string; readonly line: number }

/** Tags of values that JSON has. Others, for example `!!binary`, `!!set` and `!!omap`, would become something else. */
const TAGS = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`))
const MERGE_TAG = 'tag:yaml.org,2002:merge'
const CUSTOM_TAGS = [{ tag: MERGE_TAG, resolve: (text: string) => text }]
/** A number that YAML 1.1 reads as octal and YAML 1.2 as decimal. */
const LEADING_ZERO = /^[-+]?0\d+$/
/** Decimal digits that every double keeps. */
const MAX_EXACT_DIGITS = 15

/**
 * Reads a YAML 1.2 text, with anchors, aliases and merge keys, as a JSON value. Problems are also the parts that JSON cannot hold
 * without a change: other tags, numbers that are not finite or too long, and numbers that versions of YAML read differently.
 */
export function readYaml(text: string, limits: YamlValueLimits): YamlValue {
  const { document, lines, problems } = composeYaml(text, limits, CUSTOM_TAGS)
  const problemAt = (offset: number, message: string): YamlValue => {
    const { line, col } = lines.linePos(offset)
    const at = Math.max(line, 1)
    return { kind: 'problem', message: `${message} at line ${at}, column ${Math.max(col, 1)}`, line: at }
  }
  const [problem] = problems
  if (problem) return problemAt(problem.offset, problem.message)
  const { version } = document.directives!.yaml
  if (version !== '1.2') return problemAt(0, `%YAML ${version} is not supported; write YAML 1.2`)
  try {
    const reader = new Reader(limits)
    const { contents } = document
    const value = contents ? reader.read(contents) : null
    return { kind: 'value', value, placeOf: (path) => reader.placeOf(contents, path, lines) }
  } catch (error) {
    if (error instanceof Unreadable) return problemAt(error.offset, error.message)
    throw error
  }
}

class Unreadable extends Error {
  readonly offset: number

  constructor({ range }: Node, message: string) {
    super(message)
    this.offset = range?.[0] ?? 0
  }
}

interface Member {
  readonly key: Node | null
  readonly value: Node | null
  readonly isCopy: boolean
}

class Reader {
  private readonly anchors = new Map<string, Node>()
  /** Nodes of aliases. A copy repeats them, and does not look them up again: a later anchor can have the same name. */
  private readonly targets = new Map<Alias, Node>()
  private readonly begun = new Set<Node>()
  private readonly open = new Set<Node>()
  /** Members of the maps on the way to a place, by their names. */
  private readonly members = new Map<YAMLMap, Map<string, Member>>()
  private values = 0
  private characters = 0

  constructor(private readonly limits: YamlValueLimits) {}

  read(node: Node, level = 0): unknown {
    if (isAlias(node)) return this.read(this.targetOf(node), level)
    if (level > this.limits.levels) throw new Unreadable(node, `Nested deeper than ${this.limits.levels} levels`)
    this.begin(node)
    if (isScalar(node)) return this.readScalar(node)
    this.open.add(node)
    const value = isMap(node) ? this.readMap(node, level) : isSeq(node) ? this.readList(node.items, level) : null
    this.open.delete(node)
    return value
  }

  placeOf(contents: Node | null, path: readonly (string | number)[], lines: LineCounter): YamlPlace {
    let [node, isCopy, offset] = [contents, false, contents?.range?.[0] ?? 0]
    let origin: object = contents ?? this
    for (const part of path) {
      const next = this.memberOf(node, part)
      if (!next) break
      node = next.value
      isCopy ||= next.isCopy
      origin = node ?? next.key ?? origin
      offset = (next.key ?? node)?.range?.[0] ?? offset
    }
    return { line: Math.max(lines.linePos(offset).line, 1), origin, isCopy }
  }

  private memberOf(node: Node | null, part: string | number): Member | null {
    if (isSeq(node)) return this.member(null, (node.items[Number(part)] ?? null) as Node | null)
    return (isMap(node) && this.membersOf(node).get(String(part))) || null
  }

  /** A member with the value that an alias refers to. */
  private member(key: Node | null, value: Node | null): Member | null {
    if (!key && !value) return null
    return isAlias(value)
      ? { key, value: this.targets.get(value) ?? null, isCopy: true }
      : { key, value, isCopy: false }
  }

  private membersOf(map: YAMLMap): Map<string, Member> {
    const known = this.members.get(map)
    if (known) return known
    const [own, merged] = [new Map<string, Member>(), new Map<string, Member>()]
    for (const { key, value } of map.items as readonly { key: Scalar; value: Node | null }[]) {
      if (!isMergeKey(key)) own.set(nameOf(key), this.member(key, value)!)
      else
        for (const source of isSeq(value) ? (value.items as Node[]) : [value]) {
          const target = isAlias(source) ? this.targets.get(source) : source
          if (isMap(target))
            for (const [name, member] of this.membersOf(target))
              if (!merged.has(name)) merged.set(name, { ...member, isCopy: member.isCopy || isAlias(source) })
        }
    }
    const members = new Map([...merged, ...own])
    this.members.set(map, members)
    return members
  }

  private begin(node: Node): void {
    const { anchor, tag } = node as Scalar
    if (tag && !TAGS.has(tag) && !isMergeKey(node))
      throw new Unreadable(node, `The tag ${tag.slice(0, 60)} is not supported`)
    if (++this.values > this.limits.values) throw new Unreadable(node, `More than ${this.limits.values} values`)
    if (anchor && !this.begun.has(node)) this.anchors.set(anchor, node)
    this.begun.add(node)
  }

  private targetOf(alias: Alias): Node {
    const target = this.targets.get(alias) ?? this.anchors.get(alias.source)
    if (!target) throw new Unreadable(alias, `No anchor before the alias ${alias.source.slice(0, 60)}`)
    if (this.open.has(target)) throw new Unreadable(alias, `${alias.source.slice(0, 60)} contains itself`)
    this.targets.set(alias, target)
    return target
  }

  private readScalar(node: Scalar): unknown {
    const { value, source = '' } = node
    this.countText(node, source)
    if (typeof value === 'number' && changes(value, source))
      throw new Unreadable(node, `${source.slice(0, 60)} is not kept exactly as a number; write it in quotes`)
    return value
  }

  private countText(node: Node, text: string): void {
    this.characters += text.length
    if (this.characters > this.limits.characters)
      throw new Unreadable(node, `More than ${this.limits.characters} characters`)
  }

  private readList(items: readonly unknown[], level: number): unknown[] {
    return items.map((item) => this.read(item as Node, level + 1))
  }

  private readMap({ items }: YAMLMap, level: number): Record<string, unknown> {
    const [own, merged] = [new Map<string, unknown>(), new Map<string, unknown>()]
    for (const { key, value } of items) {
      const name = this.readKey(key as Node)
      const member = value === null ? null : this.read(value as Node, level + 1)
      if (!isMergeKey(key)) own.set(name, member)
      else
        for (const [inner, of] of this.mergedMembers(key as Node, member)) if (!merged.has(inner)) merged.set(inner, of)
    }
    // An object of entries has also `__proto__` as an ordinary member.
    return Object.fromEntries([...merged, ...own])
  }

  private readKey(key: Node): string {
    if (!isScalar(key)) throw new Unreadable(key, 'A key must be a text')
    if (key.value === null) throw new Unreadable(key, 'A key must not be empty')
    if (this.limits.areKeysTexts && typeof key.value !== 'string')
      throw new Unreadable(key, `The key ${key.source!.slice(0, 60)} is no text; write it in quotes`)
    this.begin(key)
    const name = nameOf(key)
    this.countText(key, name)
    return name
  }

  private mergedMembers(key: Node, merged: unknown): [string, unknown][] {
    const maps = Array.isArray(merged) ? (merged as unknown[]) : [merged]
    return maps.flatMap((map) => {
      if (typeof map !== 'object' || map === null || Array.isArray(map))
        throw new Unreadable(key, '<< must contain a map, or a list of maps')
      return Object.entries(map)
    })
  }
}

const isMergeKey = (key: unknown): boolean =>
  isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN && (!key.tag || key.tag === MERGE_TAG)

/** The written text, because `1.0` is a name and no number. */
const nameOf = ({ value, source }: Scalar): string => (typeof value === 'string' ? value : source!)

/** True if a number is not the one that its text says, or not in each version of YAML. */
function changes(value: number, source: string): boolean {
  if (!Number.isFinite(value) || LEADING_ZERO.test(source)) return true
  if (Number.isInteger(value)) return !Number.isSafeInteger(value)
  const digits = digitsOf(source)
  return digits.length > MAX_EXACT_DIGITS && digits !== digitsOf(String(value))
}

const digitsOf = (number: string): string => /^[-+]?[0.]*([\d.]*?)0*(?:e|$)/i.exec(number)![1]!.replace('.', '')
