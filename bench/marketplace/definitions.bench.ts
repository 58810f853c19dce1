import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Bench } from '../bench.js'
import { builtModule } from '../harness/project.js'
import { quantile, rounded, spread } from '../statistics.js'
import { composeFiles } from './compose-files.js'

const MODULE = 'services/marketplace/templates/definition/check-definition.js'
/** Folder of another version with its dependencies and its build. */
const BASELINE = process.env['BENCH_BASELINE']
const FILES = 400
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 9)

type Check = (text: string) => unknown

/** Time of the check of a compose file on one thread. With `BENCH_BASELINE` also that of another version, in turn for each file. */
export async function benchmarkDefinitions(bench: Bench): Promise<void> {
  const { checkDefinition: ours } = await builtModule<{ checkDefinition: Check }>(MODULE)
  const baseline = BASELINE
    ? ((await import(pathToFileURL(join(BASELINE, 'dist/src', MODULE)).href)) as { checkDefinition: Check })
    : null
  const peer = baseline?.checkDefinition ?? null
  const files = composeFiles(sequence(7), FILES)
  const sizes = files.map((file) => file.length)
  bench.say(`${FILES} files of ${quantile(sizes, 0.5)} bytes at p50 and ${quantile(sizes, 0.99)} at p99`)
  const sides = peer ? [ours, peer] : [ours]
  for (const check of sides) for (const file of files) check(file)
  // The least of all rounds is the time of a file without the other work of the machine.
  const least = sides.map(() => files.map(() => Infinity))
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, file] of files.entries())
      for (const side of (round + index) % 2 ? [...sides.keys()] : [...sides.keys()].toReversed()) {
        const began = process.hrtime.bigint()
        sides[side]!(file)
        const took = Number(process.hrtime.bigint() - began) / 1e3
        least[side]![index] = Math.min(least[side]![index]!, took)
      }
  for (const [name, share, min] of [
    ['p50', 0.5, 1],
    ['p99', 0.99, 1 / 1.2],
  ] as const) {
    const [own, other] = [quantile(least[0]!, share), least[1] ? quantile(least[1], share) : null]
    bench.measured(
      {
        name: `definitions/${name}`,
        unit: 'µs',
        ours: rounded(own, 0),
        peer: other && rounded(other, 0),
        peerName: other === null ? null : 'baseline',
        ratio: other && rounded(other / own, 2),
        runs: ROUNDS,
        spread: rounded(spread(least[0]!), 2),
      },
      other === null ? {} : { min },
    )
  }
}

/** Numbers from 0 to 1 that are the same in each run. */
function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
