import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { InterleavingRun } from '#proof/interleavings/run-interleavings.js'

/** Runs seeds in a process of their own: the scheduler replaces a method of `pg`, which this test runner loads more than once. */
export async function interleave(seeds: readonly number[]): Promise<InterleavingRun[]> {
  const program = `
    const { openTestWorld } = await import('#proof/server/test-world.js')
    const world = await openTestWorld()
    const { endInterleavings, interleave } = await import('#proof/interleavings/run-interleavings.js')
    try {
      const runs = []
      for (const seed of ${JSON.stringify(seeds)}) runs.push(await interleave(seed))
      process.stdout.write(JSON.stringify(runs))
    } finally {
      await endInterleavings()
      await world.close()
    }
    process.exit()`
  const { STACKGATE_TEST_SERVER: _server, ...rest } = process.env
  const args = ['--disable-warning=ExperimentalWarning', '--import', './proof/load-tests.mjs', '--input-type=module']
  const { stdout } = await promisify(execFile)(process.execPath, [...args, '-e', program], {
    env: { ...rest, NODE_OPTIONS: '' },
  })
  return JSON.parse(stdout) as InterleavingRun[]
}
