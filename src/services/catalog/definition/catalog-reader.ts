import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import { z } from 'zod'
import { validSubset } from './valid-subset.js'
import { CODE, entrySchemas, settingSchemas, type Entry, type Section } from './file-schema.js'
import type { CatalogSource } from './catalog-source.js'

/** One entry of a part. */
export interface ReadEntry<Name extends Section> {
  readonly code: string
  /** Undefined when its shape is wrong. */
  readonly entry: Entry<Name> | undefined
  /** The valid fields of the entry, so that an entry with one error is still checked for others. */
  readonly said: Partial<Entry<Name>>
}

/** The parts of the file by name, as far as they are maps. */
export class CatalogReader {
  readonly source: CatalogSource
  private readonly parts: Readonly<Record<string, unknown>>

  constructor(source: CatalogSource) {
    this.source = source
    this.parts = isMap(source.content) ? source.content : {}
    if (!isMap(source.content)) source.report([], 'expected a map that starts with business: and currency:')
    for (const name of Object.keys(this.parts)) {
      if (!(name in settingSchemas) && !(name in entrySchemas)) source.reportKey([name], 'unknown key')
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
    return new Set(isMap(part) ? Object.keys(part) : [])
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
      const entry = this.read([section, code], value, entrySchemas[section]) as Entry<Name> | undefined
      return { code, entry, said: entry ?? (validSubset(value, entrySchemas[section]) as Partial<Entry<Name>>) }
    })
  }

  /** A value in its shape; undefined when it has another, and everything wrong with it is noted. */
  read<Shape extends z.ZodType>(path: FieldPath, value: unknown, shape: Shape): z.infer<Shape> | undefined {
    const result = shape.safeParse(value, { reportInput: true })
    if (result.success) return result.data
    this.note(path, result.error.issues)
    return undefined
  }

  private note(base: FieldPath, issues: readonly z.core.$ZodIssue[]): void {
    for (const issue of issues) {
      const path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))]
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys) this.source.reportKey([...path, key], 'unknown key')
      } else if (issue.code === 'invalid_key') {
        this.source.reportKey(path, issue.issues[0]?.message ?? issue.message)
      } else if (issue.code === 'invalid_union') {
        const meant = theBranchMeant(issue.errors)
        if (meant) this.note(path, meant)
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

function isMapExpected(issue: z.core.$ZodIssueInvalidType): boolean {
  return issue.expected === 'object' || issue.expected === 'record'
}

/** A map of YAML, as plain data. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
