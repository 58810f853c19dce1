import { readFileSync } from 'node:fs'

type Path = readonly string[]
interface CatalogText {
  readonly text: string
}
/** The edits of the form of the dashboard, which has no types here. */
interface Edits {
  readonly readCatalog: (text: string) => CatalogText
  readonly withValue: (catalog: CatalogText, path: Path, value: unknown, order?: readonly string[]) => string
  readonly withoutValue: (catalog: CatalogText, path: Path) => string
  readonly withItem: (catalog: CatalogText, path: Path, value: unknown) => string
  readonly withMoved: (catalog: CatalogText, path: Path, by: 1 | -1) => string
}
/** The types of the dashboard are not those of the server. */
const MODULE: string = '../../../dashboard/src/pages/ops/catalog-text.js'
const edits = (await import(MODULE)) as Edits

const text = readFileSync('catalogs/ai-platform.yaml', 'utf8')
const read = () => edits.readCatalog(text)
const VERSIONS = ['rate_cards', 'ai_credits', 'versions']
const LINES = [...VERSIONS, '1', 'lines']
const IMAGES = [...VERSIONS, '0', 'lines', '5']
const trimmed = (of: string) => of.split('\n').map((line) => line.trim())
/** Lines of a text that the file lacks. */
const addedTo = (changed: string) => changed.split('\n').filter((line) => !text.split('\n').includes(line))

describe('edits of lists in a catalog', () => {
  it('move an item with the comments above it and in its lines, and back', () => {
    const moved = edits.withMoved(read(), [...LINES, '6'], -1)
    const lines = trimmed(moved)
    expect(lines[lines.findIndex((line) => line.startsWith('# A model that is not listed')) + 2]).toBe(
      '- quantity: images',
    )
    expect(lines.toSorted()).toEqual(trimmed(text).toSorted())
    expect(edits.withMoved(edits.readCatalog(moved), [...LINES, '5'], 1)).toBe(text)
  })

  it('move the last item of a file without a line end', () => {
    const list = 'list:\n  # one\n  - a: 1 # first\n  - b: 2'
    const moved = edits.withMoved(edits.readCatalog(list), ['list', '1'], -1)
    expect(moved).toBe('list:\n  - b: 2\n  # one\n  - a: 1 # first')
    expect(edits.withMoved(edits.readCatalog(moved), ['list', '0'], 1)).toBe(list)
  })

  it('move, add and remove items in braces without another change', () => {
    const volume = [...IMAGES, 'volume']
    expect(addedTo(edits.withMoved(read(), [...volume, '0'], 1)).join()).toContain(
      'volume: [{ up_to: 1000, price: 3.5 }, { up_to: 100, price: 4 }, { price: 3 }]     # assumed',
    )
    expect(addedTo(edits.withoutValue(read(), [...volume, '1'])).join()).toContain(
      'volume: [{ up_to: 100, price: 4 }, { price: 3 }]     # assumed',
    )
    expect(addedTo(edits.withItem(read(), volume, { price: '' })).join()).toContain('{ price: 3 }, { price: "" }]')
    expect(addedTo(edits.withValue(read(), [...volume, '2', 'price'], 2)).join()).toContain('{ price: 2 }]')
  })

  it('add an item in the form of the last one', () => {
    const line = { quantity: 'audio', price: '' }
    expect(addedTo(edits.withItem(read(), LINES, line))).toEqual(['          - { quantity: audio, price: "" }'])
    const version = edits.withItem(read(), VERSIONS, { from: '2027-01-01', lines: [line] })
    expect(addedTo(version)).toEqual([
      '      - from: 2027-01-01',
      '          - quantity: audio',
      '            price: ""',
    ])
  })

  it('remove an item with its lines, and a list with its last item', () => {
    const removed = edits.withoutValue(read(), [...VERSIONS, '0'])
    expect(removed).not.toContain('from: 2026-01-01')
    expect(removed).toContain('      - from: 2026-07-01                                # lower prices')
    const left = edits.withoutValue(edits.readCatalog(removed), [...VERSIONS, '0'])
    expect(left).not.toContain('versions:')
  })

  it('keep the dash of an item whose first value is removed or added', () => {
    expect(addedTo(edits.withoutValue(read(), [...IMAGES, 'quantity']))).toEqual([
      '          - when: { model: vision-1.5 }',
    ])
    const order = ['note', 'quantity', 'when', 'volume', 'minimum']
    expect(addedTo(edits.withValue(read(), [...IMAGES, 'note'], 'x', order))).toEqual([
      '          - note: x',
      '            quantity: images',
    ])
  })
})
