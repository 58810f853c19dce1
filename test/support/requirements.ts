import { globSync, readFileSync } from 'node:fs'
import { stringsOf, titlesOf } from './source-text.js'

/** A row of a page in docs/requirements. */
export interface Requirement {
  readonly page: string
  readonly line: string
  /** Its cells by the names of the columns. */
  readonly cells: Readonly<Record<string, string>>
  readonly id: string
  readonly tests: string
  readonly status: string
}

/** Tags of a test title: `[CO1]`, `(DF-A1)`, `(DF-A13, DF-A23)`. */
const TAG = /(?:[[(]|(?<=DF-[A-Z\d.]+), )((?:[A-Z]{1,2}|S8|DF)-?[A-Z]?[\d.]+[a-z]?)(?=[\]),])/g
/** Tags of other strings, for example of the rows of `it.each`. */
const TAG_IN_STRING = /\[([A-Z]{1,2}\d[\d.]*)\]/g

export const tagsIn = (title: string): string[] => [...title.matchAll(TAG)].map(([, tag]) => tag!)

/** Returns true if the tag has a row. A suffix after the identifier is part of a row's name, as in `DF-A22 (sandbox)`. */
export function hasRow(tag: string, ids: ReadonlySet<string>): boolean {
  return ids.has(tag) || [...ids].some((id) => id.startsWith(`${tag} `))
}

export function requirementPages(): string[] {
  return globSync('docs/requirements/*.md').toSorted()
}

export function readRequirements(): Requirement[] {
  return requirementPages().flatMap((page) => {
    let columns: string[] = []
    return readFileSync(page, 'utf8')
      .split('\n')
      .flatMap((line) => {
        if (!line.startsWith('|') || line.startsWith('|-')) return []
        const values = line.split('|').map((cell) => cell.trim())
        if (values[1] === 'id') {
          columns = values
          return []
        }
        if (values.length !== columns.length) throw new Error(`${page}: a row needs a cell per column: ${line}`)
        const cells = Object.fromEntries(columns.map((column, index) => [column, values[index]!]))
        return [{ page, line, cells, id: cells['id']!, tests: cells['tests']!, status: cells['status']! }]
      })
  })
}

/** Test files by the tags of their titles and of the strings from which titles are made. */
export function testsByTag(): Map<string, string[]> {
  const tests = new Map<string, string[]>()
  for (const path of globSync(['test/**/*.ts', 'packages/*/test/**/*.{ts,tsx}']).toSorted()) {
    const source = readFileSync(path, 'utf8')
    const tags = new Set([
      ...titlesOf(source).flatMap(({ text }) => tagsIn(text)),
      ...stringsOf(source).flatMap(({ text }) => [...text.matchAll(TAG_IN_STRING)].map(([, tag]) => tag!)),
    ])
    for (const tag of tags) tests.set(tag, [...(tests.get(tag) ?? []), path])
  }
  return tests
}
