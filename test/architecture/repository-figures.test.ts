import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Maximum of each figure of repetition. A change that lowers a figure lowers its ceiling too. Lines and words have no ceiling. */
const CEILINGS: Record<string, number> = {
  'files of the probe of a mutation': 5,
  'files that name withdrawTemplateSubmission': 8,
  'hand-written REST operations': 64,
  'circles of folders': 0,
  'folders in circles': 0,
  'lookups of a provider by its name': 20,
  'walk of a webhook: rooms': 12,
  'tables of caps and alerts': 3,
  'GraphQL types of caps and alerts': 5,
  'event types of caps and alerts': 3,
  'interfaces that restate a GraphQL type': 25,
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
