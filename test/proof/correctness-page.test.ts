import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { titlesOf } from '../support/source-text.js'

const PAGE = 'docs/correctness.md'
const text = readFileSync(PAGE, 'utf8')
/** A link to a test file, followed by a part of a title of it. */
const LINK = /\[[^\]]+\]\((\.\.\/(?:test|packages)\/[^)]+\.test\.tsx?)\)\s+"([^"]+)"/g

const linksIn = (part: string) =>
  [...part.matchAll(LINK)].map(([, path, title]) => ({
    path: join('docs', path!),
    title: title!.replaceAll(/\s+/g, ' '),
  }))

/** Paragraphs below the heading "The proof", without code and tables. */
const paragraphs = text
  .slice(text.indexOf('## The proof'))
  .replaceAll(/```[^]*?```/g, '')
  .split(/\n{2,}/)
  .map((paragraph) => paragraph.trim())
  .filter((paragraph) => paragraph !== '' && !/^[#|]/.test(paragraph))

/** Rows of the tables below the heading "Promised". */
const promises = text
  .slice(text.indexOf('## Promised'), text.indexOf('## Not promised'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| Promise |'))
  .map((row) => {
    const [, promise = '', failures = ''] = row.split('|').map((cell) => cell.trim())
    return { row, promise, failures }
  })

describe('page of guarantees', () => {
  it('is linked from the README', () => {
    expect(readFileSync('README.md', 'utf8')).toContain('](docs/correctness.md)')
  })

  it.each(promises)('names a test that would fail: $promise', ({ row, promise, failures }) => {
    expect(promise).toMatch(/\.$/)
    expect(failures).not.toBe('')
    expect(linksIn(row).length).toBeGreaterThan(0)
  })

  it('links a test in each paragraph about the proof', () => {
    expect(paragraphs.length).toBeGreaterThan(3)
    expect(paragraphs.filter((paragraph) => linksIn(paragraph).length === 0)).toEqual([])
  })

  it('names only titles that exist', () => {
    const missing = linksIn(text).filter(
      ({ path, title }) =>
        !existsSync(path) ||
        !titlesOf(readFileSync(path, 'utf8')).some((one) => one.text.replaceAll("\\'", "'").includes(title)),
    )
    expect(missing).toEqual([])
    expect(linksIn(text).length).toBeGreaterThan(promises.length)
  })
})
