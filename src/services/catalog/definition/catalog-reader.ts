import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import { z } from 'zod'
import { validSubset } from './valid-subset.js'
import { entrySchemas, settingSchemas, type Entry, type Section } from './file-schema.js'
import type { CatalogSource } from './catalog-source.js'
import { CODE } from './value-schemas.js'

/** A map of the file. */
export interface ReadMap<Fields> {
  /** Undefined when its shape is wrong. */
  readonly entry: Fields | undefined
  /** The valid fields, so that an entry with one error is still checked for others. */
  readonly said: Partial<Fields>
}

/** One entry of a part. */
export interface ReadEntry<Name extends Section> extends ReadMap<Entry<Name>> {
  readonly code: string
}

/** Sections that others refer to, and what one entry of each is called. */
const WORDS = {
  features: 'feature',
  plans: 'plan',
  packages: 'package',
  templates: 'template',
  categories: 'category',
  vendors: 'vendor',
} as const

/** The parts of the file by name, as far as they are maps. */
export class CatalogReader {
  readonly source: CatalogSource
  private readonly parts: Readonly<Record<string, unknown>>
  private readonly codesOf = new Map<Section, ReadonlySet<string>>()

  constructor(source: CatalogSource) {
    this.source = source
    this.parts = isMap(source.content) ? source.content : {}
    if (!isMap(source.content)) source.report([], 'expected a map that starts with business: and currency:')
    const known = Object.keys({ ...settingSchemas, ...entrySchemas })
    for (const name of Object.keys(this.parts)) {
      if (!known.includes(name)) source.reportKey([name], `unknown key${source.didYouMean(name, known)}`)
    }
  }

  /** One setting of the business; undefined when it is left out or wrong, which is then noted. */
  setting<Name extends keyof typeof settingSchemas>(name: Name): z.infer<(typeof settingSchemas)[Name]> | undefined {
    return this.read([name], this.parts[name], settingSchemas[name]) as
      | z.infer<(typeof settingSchemas)[Name]>
      | undefined
  }

  /** The codes that a part declares, whether or not their entries are sound: what refers to one is not wrong. */
  codes(section: Section): ReadonlySet<string> {
    const part = this.parts[section]
    const codes = this.codesOf.get(section) ?? new Set(isMap(part) ? Object.keys(part) : [])
    this.codesOf.set(section, codes)
    return codes
  }

  /** The entries of a part, in the order of the file; everything wrong with their shape is noted. */
  entries<Name extends Section>(section: Name): ReadEntry<Name>[] {
    const part = this.parts[section] ?? {}
    if (!isMap(part)) {
      this.source.report([section], 'expected a map of codes')
      return []
    }
    return Object.entries(part).map(([code, value]) => {
      if (!CODE.test(code)) this.source.reportKey([section, code], 'expected a code, for example ai_stories')
      return { code, ...(this.readMap([section, code], value, entrySchemas[section]) as ReadMap<Entry<Name>>) }
    })
  }

  /** True if a section declares a code. Otherwise the reference is noted, at its key or at its value. */
  declares(section: keyof typeof WORDS, code: string, path: FieldPath, place: 'key' | 'value'): boolean {
    const codes = this.codes(section)
    if (codes.has(code)) return true
    const message = `unknown ${WORDS[section]} ${code}: ${section} has no such entry${this.source.didYouMean(code, codes)}`
    if (place === 'key') this.source.reportKey(path, message)
    else this.source.report(path, message)
    return false
  }

  /** A map in its shape, and its valid fields when it has another. Everything wrong with it is noted. */
  readMap<Shape extends z.ZodObject>(path: FieldPath, value: unknown, shape: Shape): ReadMap<z.infer<Shape>> {
    const entry = this.read(path, value, shape)
    return { entry, said: entry ?? (validSubset(value, shape) as Partial<z.infer<Shape>>) }
  }

  /** A value in its shape; undefined when it has another, and everything wrong with it is noted. */
  read<Shape extends z.ZodType>(path: FieldPath, value: unknown, shape: Shape): z.infer<Shape> | undefined {
    const result = shape.safeParse(value, { reportInput: true })
    if (result.success) return result.data
    this.note(path, result.error.issues, shape)
    return undefined
  }

  private note(base: FieldPath, issues: readonly z.core.$ZodIssue[], shape: z.core.$ZodType): void {
    for (const issue of issues) {
      const path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))]
      if (issue.code === 'unrecognized_keys') {
        const known = keysAt(shape, issue.path)
        for (const key of issue.keys)
          this.source.reportKey([...path, key], `unknown key${this.source.didYouMean(key, known)}`)
      } else if (issue.code === 'invalid_value') {
        this.source.report(path, issue.message + this.source.didYouMean(String(issue.input), issue.values.map(String)))
      } else if (issue.code === 'invalid_key') {
        this.source.reportKey(path, issue.issues[0]?.message ?? issue.message)
      } else if (issue.code === 'invalid_union') {
        const meant = theBranchMeant(issue.errors)
        if (meant) this.note(path, meant, shapeAt(shape, issue.path))
        else this.source.report(path, issue.message)
      } else if (issue.code === 'invalid_type' && issue.input === undefined) {
        this.source.report(path, 'is missing')
      } else if (issue.code === 'invalid_type' && isMapExpected(issue)) {
        this.source.report(path, issue.message.startsWith('Invalid') ? 'expected a map' : issue.message)
      } else {
        this.source.report(path, issue.message)
      }
    }
  }
}

/** The branch of a union whose form the value has: the others fail at the value itself. Empty if that is ambiguous. */
function theBranchMeant(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const meant = branches.filter((issues) =>
    issues.some((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  )
  return meant.length === 1 ? meant[0] : undefined
}

/** The shape of the value at a path, as far as objects, maps and lists lead there. */
function shapeAt(shape: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType {
  if (shape instanceof z.ZodOptional) return shapeAt(shape.unwrap(), path)
  const [key, ...rest] = path
  if (key === undefined) return shape
  if (shape instanceof z.ZodObject) return shapeAt((shape.shape as z.core.$ZodShape)[String(key)] ?? shape, rest)
  if (shape instanceof z.ZodRecord) return shapeAt(shape.valueType, rest)
  return shape instanceof z.ZodArray ? shapeAt(shape.element, rest) : shape
}

/** Names that a map at a path can have. */
function keysAt(shape: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const found = shapeAt(shape, path)
  const objects = found instanceof z.ZodUnion ? found.options : [found]
  return objects.flatMap((object) => (object instanceof z.ZodObject ? Object.keys(object.shape) : []))
}

function isMapExpected(issue: z.core.$ZodIssueInvalidType): boolean {
  return issue.expected === 'object' || issue.expected === 'record'
}

/** A map of YAML, as plain data. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
