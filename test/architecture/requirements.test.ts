import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { hasRow, readRequirements, requirementPages, testsByTag } from '../support/requirements.js'

/** A reference to a test file, and to one of its titles if `title` is not null. */
interface TestReference {
  readonly path: string
  readonly title: string | null
}

/** Titles may contain a semicolon, so that one separates references only before a path. */
const SEPARATOR = /; (?=`(?:test|bench)\/)/
const REFERENCE = /^`((?:test|bench)\/[\w./-]+\.(?:test|bench)\.ts)`(?:: (.+))?$/

const DEFECTS = 'docs/requirements/defects.md'
const UPDATE = 'UPDATE_REQUIREMENTS=1 npm test -- test/architecture/requirements.test.ts'

const tagged = testsByTag()
if (process.env['UPDATE_REQUIREMENTS']) writeTests()

const requirements = readRequirements()
const defects = requirements.filter(({ page }) => page === DEFECTS)
const others = requirements.filter(({ page }) => page !== DEFECTS)
const references = defects.flatMap(({ id, tests }) => referencesOf(tests).map((reference) => ({ id, ...reference })))
const ids = requirements.map(({ id }) => id)

describe('docs/requirements', () => {
  it('has pages that its index links, and no identifier twice', () => {
    const index = readFileSync('docs/requirements.md', 'utf8')
    expect(requirementPages().filter((page) => !index.includes(`](${page.slice('docs/'.length)})`))).toEqual([])
    expect(others.length).toBeGreaterThan(250)
    expect(defects.length).toBeGreaterThan(80)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  it('gives each requirement a status that the index explains', () => {
    const status = /^(met|read)( \(.+\))?$|^open: issue \d+$|^(partly|refused): ./
    expect(requirements.filter((row) => !status.test(row.status)).map(({ id }) => id)).toEqual([])
  })

  it('has a row for every tag of a test', () => {
    const rows = new Set(ids)
    const unknown = [...tagged].filter(([tag]) => !hasRow(tag, rows))
    expect(Object.fromEntries(unknown)).toEqual({})
  })

  it('lists exactly the test files that have the tag', () => {
    const wrong = others.filter(({ id, tests }) => tests !== listOf(tagged.get(id))).map(({ id }) => id)
    expect(wrong.length > 0 ? `Columns of tests differ from the tags: ${wrong.join(', ')}. Run: ${UPDATE}` : '').toBe(
      '',
    )
  })

  it('has tagged tests for every requirement that is met, and none for an open one', () => {
    const wrong = others.filter(
      ({ id, status }) =>
        (/^(met|partly)/.test(status) && !tagged.has(id)) || (status.startsWith('open') && tagged.has(id)),
    )
    expect(wrong.map(({ id, status }) => `${id}: ${status}`)).toEqual([])
  })

  it('states a requirement, a fact and existing code in every row', () => {
    const incomplete = others.filter(({ cells, status }) => {
      const paths = [...cells['code']!.matchAll(/`([^`]+)`/g)].map(([, path]) => path!)
      const hasCode = paths.length > 0 || (status.startsWith('open') && cells['code'] === 'none')
      const sentences = [cells['requirement']!, cells['acceptance fact']!]
      return !hasCode || !paths.every((path) => existsSync(path)) || sentences.some((text) => !text.endsWith('.'))
    })
    expect(incomplete.map(({ id, cells }) => `${id}: ${cells['code']}`)).toEqual([])
  })
})

describe('docs/requirements/defects.md', () => {
  it('names a test for every requirement that is met', () => {
    const untested = defects.filter(({ status, tests }) => status.startsWith('met') && referencesOf(tests).length === 0)
    expect(untested).toEqual([])
  })

  it('names only test files that exist', () => {
    expect(references.filter(({ path }) => !existsSync(path))).toEqual([])
  })

  it('quotes only titles that are in the named file', () => {
    const wrong = references.filter(({ path, title }) => existsSync(path) && title !== null && !hasTitle(path, title))
    expect(wrong).toEqual([])
  })

  it('has no text in the column of tests that is not a reference', () => {
    const unread = defects.filter(
      ({ tests }) => tests !== 'none' && !tests.split(SEPARATOR).every((part) => REFERENCE.test(part)),
    )
    expect(unread).toEqual([])
  })
})

/** Writes the column of tests of all pages except the page of defects. */
function writeTests(): void {
  for (const page of requirementPages().filter((path) => path !== DEFECTS)) {
    let text = readFileSync(page, 'utf8')
    for (const row of readRequirements().filter((requirement) => requirement.page === page))
      text = text.replace(row.line, () => {
        const cells = row.line.split('|')
        cells[cells.length - 3] = ` ${listOf(tagged.get(row.id))} `
        return cells.join('|')
      })
    writeFileSync(page, text)
  }
}

function listOf(paths: readonly string[] | undefined): string {
  return paths ? paths.map((path) => `\`${path}\``).join('; ') : 'none'
}

function referencesOf(tests: string): TestReference[] {
  return tests.split(SEPARATOR).flatMap((part) => {
    const found = REFERENCE.exec(part)
    return found ? [{ path: found[1]!, title: found[2] ?? null }] : []
  })
}

/** Returns true if the title is a whole string of the file. `…` stands for any text of one line. */
function hasTitle(path: string, title: string): boolean {
  const pattern = plainQuotes(title)
    .split('…')
    .map((text) => text.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const source = readFileSync(path, 'utf8')
    .replaceAll(/\\(['"`])/g, '$1')
    .replaceAll('`', "'")
    .replaceAll('"', "'")
  return new RegExp(`'${pattern.join('.*')}'`).test(source)
}

const plainQuotes = (text: string): string => text.replaceAll(/\\?["'`]/g, "'")
