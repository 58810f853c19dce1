import { existsSync, readFileSync } from 'node:fs'

interface Requirement {
  readonly id: string
  readonly tests: string
  readonly status: string
}

/** A reference to a test file, and to one of its titles if `title` is not null. */
interface TestReference {
  readonly path: string
  readonly title: string | null
}

/** Titles may contain a semicolon, so that one separates references only before a path. */
const SEPARATOR = /; (?=`(?:test|bench)\/)/
const REFERENCE = /^`((?:test|bench)\/[\w./-]+\.(?:test|bench)\.ts)`(?:: (.+))?$/

const requirements = readRequirements(readFileSync('docs/requirements.md', 'utf8'))
const references = requirements.flatMap(({ id, tests }) =>
  referencesOf(tests).map((reference) => ({ id, ...reference })),
)

describe('docs/requirements.md', () => {
  it('has five columns in every row, and no identifier twice', () => {
    const ids = requirements.map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(80)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  it('gives each requirement a status that the page explains', () => {
    const unknown = requirements.filter(({ status }) => !/^(done|read)( \(.+\))?$|^(partly|refused): ./.test(status))
    expect(unknown).toEqual([])
  })

  it('names a test for every requirement that is done', () => {
    const untested = requirements.filter(
      ({ status, tests }) => status.startsWith('done') && referencesOf(tests).length === 0,
    )
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
    const unread = requirements.filter(
      ({ tests }) => tests !== 'none' && !tests.split(SEPARATOR).every((part) => REFERENCE.test(part)),
    )
    expect(unread).toEqual([])
  })
})

function readRequirements(page: string): Requirement[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\| (id|---) \||^\|-/.test(line))
    .map((line) => {
      const cells = line.split('|').map((cell) => cell.trim())
      if (cells.length !== 7) throw new Error(`docs/requirements.md: a row must have five columns: ${line}`)
      return { id: cells[1]!, tests: cells[4]!, status: cells[5]! }
    })
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
