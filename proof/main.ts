import { parseArgs } from 'node:util'
import { prove } from '#proof/prove.js'
import { PROGRESS } from '#proof/processes.js'
import { replay } from '#proof/replay.js'
import { LAYER_NAMES, layerOfSeed, runLayer } from '#proof/layers.js'
import type { LayerName } from '#proof/report/result.js'

const HELP = `Usage: npm run prove [-- options]

Runs the layers of the proof, and writes proof/index.html and proof/proof.json.

  --minutes N   duration of the run without planted bugs (default: 4)
  --hours N     the same in hours: --hours 8 for a night
  --seed N      first seed of each layer (default: 1)
  --step M      with --seed: replays this seed until this step, and prints its log
  --processes N number of processes of each layer, each with its own database and seeds (default: 1; a night: one for each core)
  --figures F   appends the figures as Markdown to a file
  --layer NAME  runs one layer: ${LAYER_NAMES.join(', ')}
  --planted     applies each planted bug alone to a copy of the sources, and states which layer finds it
  --bug NAME    with --planted: one bug
  --help        prints this text

Exit code 1: something failed, or a planted bug was not found.
`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      hours: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      step: { type: 'string' },
      layer: { type: 'string' },
      processes: { type: 'string' },
      figures: { type: 'string' },
      planted: { type: 'boolean' },
      bug: { type: 'string' },
      bare: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const minutes =
    values.hours === undefined ? numberOf('minutes', values.minutes ?? '4') : numberOf('hours', values.hours) * 60
  const seed = numberOf('seed', values.seed ?? '1')
  const layer = values.layer as LayerName | undefined
  if (layer && !LAYER_NAMES.includes(layer)) throw new Error(`There is no layer '${layer}'.`)
  if (values.step !== undefined)
    return replay({ layer: layer ?? layerOfSeed(seed), seed, step: numberOf('step', values.step) })
  if (values.bare) {
    const outcome = await runLayer(layer ?? layerOfSeed(seed), {
      seed,
      seconds: minutes * 60,
      say: (line) => void process.stderr.write(`${PROGRESS}${line}\n`),
      shrinks: false,
    })
    process.stdout.write(`${JSON.stringify(outcome)}\n`)
    return outcome.failures.length > 0 ? 1 : 0
  }
  return prove({
    minutes,
    seed,
    layer: layer ?? null,
    processes: Math.max(1, Math.floor(numberOf('processes', values.processes ?? '1'))),
    planted: values.planted ?? false,
    bug: values.bug ?? null,
    figures: values.figures ?? null,
  })
}

function numberOf(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} must be a number and not '${text}'.`)
  return value
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`prove: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  },
)
