import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { failureOf, liveSeed, runDecisions } from '#proof/decisions/run-decisions.js'
import { shrink } from '#proof/decisions/shrink.js'

/** The log of a seed in a process of its own, as `npm run prove` starts it. */
async function digestElsewhere(seed: number): Promise<string> {
  const program = `import { liveSeed } from '#proof/decisions/run-decisions.js'
    process.stdout.write(liveSeed(${seed}, { log: () => undefined }).digest)`
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--import',
    './proof/load-tests.mjs',
    '--input-type=module',
    '-e',
    program,
  ]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } })
  return stdout
}

describe('decisions of the proof', () => {
  it('agree with the model for the first seeds', () => {
    const { failure, seeds, steps, years } = runDecisions({ seed: 1, maxSeeds: 60, seconds: 300 })
    expect(failure).toBeNull()
    expect(seeds).toBe(60)
    expect(steps).toBeGreaterThan(15_000)
    expect(years).toBeGreaterThan(30)
  })

  it.each([5])('write the same log for seed %d, twice here and in another process at the same time', async (seed) => {
    const elsewhere = Promise.all([digestElsewhere(seed), digestElsewhere(seed)])
    const logs = [0, 1].map(() => {
      const lines: string[] = []
      const { digest } = liveSeed(seed, { log: (line) => void lines.push(line) })
      return { digest, text: lines.join('\n') }
    })
    expect(logs[0]!.text.length).toBeGreaterThan(5_000)
    expect(logs[1]).toEqual(logs[0])
    expect(await elsewhere).toEqual([logs[0]!.digest, logs[0]!.digest])
  })

  it('differ between seeds', () => {
    const digests = [1, 2, 3].map((seed) => liveSeed(seed, { log: () => undefined }).digest)
    expect(new Set(digests).size).toBe(3)
  })

  it('have no failure to report if nothing differs', () => {
    expect(failureOf(1)).toBeNull()
  })

  it('are shrunk to the steps that are needed for a failure', () => {
    const steps = Array.from({ length: 200 }, (_, index) => index)
    const fails = (some: readonly number[]) =>
      some.includes(17) && some.includes(140) && some.indexOf(17) < some.indexOf(140)
    expect(shrink(steps, fails)).toEqual([17, 140])
  })
})
