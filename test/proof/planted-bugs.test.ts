import { readFileSync } from 'node:fs'
import { PLANTED_BUGS } from '#proof/planted/planted-bugs.js'
import { patched } from '#proof/planted/patched.js'
import { runPlanted } from '#proof/planted/run-planted.js'

/** It takes about two seconds: a start of Node. `npm run prove -- --planted` tries all. */
const TRIED = 'retry-counts-twice'

describe('planted bugs', () => {
  it('are at least thirty, with names of their own', () => {
    expect(PLANTED_BUGS.length).toBeGreaterThanOrEqual(30)
    expect(new Set(PLANTED_BUGS.map(({ id }) => id)).size).toBe(PLANTED_BUGS.length)
  })

  it.each(PLANTED_BUGS)('$id changes one place of the present source', (bug) => {
    const source = readFileSync(`src/${bug.file}`, 'utf8')
    expect(patched(bug, source)).not.toBe(source)
  })

  it('reject a text that does not occur exactly once', () => {
    const [bug] = PLANTED_BUGS
    expect(() => patched(bug!, '')).toThrow('occurs 0 times')
    expect(() => patched(bug!, bug!.text + bug!.text)).toThrow('occurs 2 times')
  })

  it('are found by their layer, and the file is unchanged', async () => {
    const bug = PLANTED_BUGS.find(({ id }) => id === TRIED)!
    const before = readFileSync(`src/${bug.file}`, 'utf8')
    expect(await runPlanted(bug, process.cwd(), 1)).toMatchObject({
      found: true,
      layer: 'decisions',
      seed: expect.any(Number),
    })
    expect(readFileSync(`src/${bug.file}`, 'utf8')).toBe(before)
  })
})
