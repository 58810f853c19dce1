import { Difference } from '#proof/decisions/live.js'
import { failureOf, liveSeed } from '#proof/decisions/run-decisions.js'
import { runLayer } from '#proof/layers.js'
import type { LayerName } from '#proof/report/result.js'

/** Lines of the log before the replayed step that are printed. */
const LINES = 5

/** Replays a seed until a step and prints the end of its log and the difference. Returns the exit code. */
export function replay({ layer, seed, step }: { layer: LayerName; seed: number; step: number }): Promise<number> {
  if (layer !== 'decisions') return replaySeed(layer, seed)
  const lines: string[] = []
  try {
    liveSeed(seed, { until: step, log: (line) => void lines.push(line) })
  } catch (error) {
    if (!(error instanceof Difference)) throw error
    print(lines)
    process.stdout.write(`\nStep ${error.step}: ${error.message}\n`)
    const failure = failureOf(seed)
    if (failure && failure.needed.length > 0)
      process.stdout.write(
        `\nThe needed steps that fail, from ${failure.start}:\n${failure.needed.map((one) => JSON.stringify(one)).join('\n')}\n`,
      )
    return Promise.resolve(1)
  }
  print(lines)
  process.stdout.write(`\nSeed ${seed} has no difference until step ${step}.\n`)
  return Promise.resolve(0)
}

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.slice(-LINES).join('\n')}\n`)

/** Runs one seed of a layer with servers, whole: its steps depend on those before. */
async function replaySeed(layer: LayerName, seed: number): Promise<number> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  const { failures } = await runLayer(layer, { seed, seconds: 0, say })
  for (const { step, message } of failures) say(`Step ${step}: ${message}`)
  if (failures.length === 0) say(`Seed ${seed} has no difference.`)
  return failures.length === 0 ? 0 : 1
}
