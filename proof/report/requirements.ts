import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RequirementResult } from '#proof/report/result.js'

/** Every requirement of docs/requirements with its tests and its status, which a test compares with the tests. */
export function readRequirementResults(root: string): RequirementResult[] {
  return globSync('docs/requirements/*.md', { cwd: root })
    .toSorted()
    .flatMap((page) => {
      let columns: string[] = []
      return readFileSync(join(root, page), 'utf8')
        .split('\n')
        .flatMap((line) => {
          if (!line.startsWith('|') || line.startsWith('|-')) return []
          const cells = line.split('|').map((cell) => cell.trim())
          if (cells[1] === 'id') {
            columns = cells
            return []
          }
          const cell = (name: string): string => cells[columns.indexOf(name)] ?? ''
          const tests = [...cell('tests').matchAll(/`?((?:test|packages)\/[\w/.-]+)`?/g)].map(([, path]) => path!)
          return [{ id: cell('id'), requirement: cells[2] ?? '', tests, status: cell('status') }]
        })
    })
}
