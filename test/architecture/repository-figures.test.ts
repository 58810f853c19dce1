import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Maximum of each figure. A change that lowers a figure lowers its ceiling too. */
const CEILINGS: Record<string, number> = {
  'lines of src': 156_600,
  'lines of src without blank lines': 143_550,
  'generated lines in git': 29_730,
  'hand-written REST operations': 64,
  'circles of folders': 0,
  'folders in circles': 0,
  'tables of caps and alerts': 3,
  'GraphQL types of caps and alerts': 5,
  'event types of caps and alerts': 3,
  'interfaces that restate a GraphQL type': 25,
  decisions: 108,
  'words of CONTRIBUTING, architecture, glossary and style': 4000,
  'words of the documentation': 61_860,
  'lines of the GraphQL guide': 400,
}

describe('figures of the repository', () => {
  let figures: Record<string, number>

  beforeAll(async () => {
    const module = pathToFileURL(join(process.cwd(), 'test/support/repository-figures.mjs')).href
    figures = ((await import(module)) as { repositoryFigures: () => Record<string, number> }).repositoryFigures()
  })

  it.each(Object.entries(CEILINGS))('has at most the allowed number of %s (%i)', (name, ceiling) => {
    expect(figures[name]).toBeLessThanOrEqual(ceiling)
    // A ceiling far above the figure holds nothing.
    expect(figures[name]).toBeGreaterThan(ceiling * 0.9 - 2)
  })
})
