import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { root } from '#proof/root.js'
import { FIRST_SEED, runLayer } from '#proof/layers.js'
import { exploreModels, modelsHold } from '#proof/models/run-models.js'
import { PLANTED_BUGS } from '#proof/planted/planted-bugs.js'
import { runPlanted, type PlantedResult } from '#proof/planted/run-planted.js'
import { runInProcesses } from '#proof/processes.js'
import { figures } from '#proof/report/figures.js'
import { proofPage } from '#proof/report/page.js'
import type { LayerName, LayerOutcome, ProofResult } from '#proof/report/result.js'

/** Share of the time of each layer. */
const SHARES: readonly (readonly [LayerName, number])[] = [
  ['decisions', 1],
  ['server', 2],
  ['interleavings', 1],
  ['histories', 1],
]

export interface ProveOptions {
  readonly minutes: number
  readonly seed: number
  /** Null: all. */
  readonly layer: LayerName | null
  /** Processes of each layer. */
  readonly processes: number
  readonly planted: boolean
  /** Null: all. */
  readonly bug: string | null
  /** File to which the figures are appended. */
  readonly figures: string | null
}

const say = (line: string): void => void process.stderr.write(`prove: ${line}\n`)

/** Runs the proof and writes its page and its JSON file. Returns the exit code. */
export async function prove(options: ProveOptions): Promise<number> {
  const startedAt = new Date()
  const before = loadavg()[0]!
  const tried = identity()
  const models = options.layer === null && options.bug === null ? exploreModels() : []
  for (const { name, states, violation } of models)
    say(`model ${name}: ${states.toLocaleString('en-US')} states, ${violation ?? 'every invariant holds'}`)
  const layers = await runLayers(options)
  const planted = options.planted ? await plantAll(options) : []
  const passed =
    modelsHold(models) && layers.every(({ failures }) => failures.length === 0) && planted.every(({ found }) => found)
  const result: ProofResult = {
    ...tried,
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    load: { before, after: loadavg()[0]! },
    passed,
    layers,
    models,
    planted,
  }
  writeFileSync(join(root, 'proof/proof.json'), `${JSON.stringify(result, null, 2)}\n`)
  writeFileSync(join(root, 'proof/index.html'), proofPage(result))
  process.stdout.write(`${figures(result)}\n`)
  if (options.figures !== null) appendFileSync(options.figures, `\n${figures(result)}\n`)
  for (const { failures } of layers) for (const { message, replay } of failures) say(`failed: ${message}\n  ${replay}`)
  for (const { id, found, message } of planted) if (!found) say(`not found: the planted bug ${id} (${message})`)
  say(`${passed ? 'Everything that was tried held' : 'Something failed'}: proof/index.html, proof/proof.json`)
  return passed ? 0 : 1
}

async function runLayers({ minutes, seed, layer, processes, bug }: ProveOptions): Promise<LayerOutcome[]> {
  const shares = SHARES.filter(([name]) => layer === null || layer === name)
  const sum = shares.reduce((total, [, share]) => total + share, 0)
  const outcomes: LayerOutcome[] = []
  if (bug !== null) return outcomes
  for (const [name, share] of shares) {
    const seconds = (minutes * 60 * share) / sum
    say(`${name}: ${Math.round(seconds)} s`)
    const run = { seed: FIRST_SEED[name] + (seed % 1_000_000_000), seconds, say }
    const outcome = await (processes > 1 ? runInProcesses({ layer: name, processes, ...run }) : runLayer(name, run))
    const { seeds, steps, years, failures } = outcome
    say(
      `${name}: ${seeds} seeds, ${steps.toLocaleString('en-US')} steps, ${years.toFixed(1)} account-years, ${failures.length} failures`,
    )
    outcomes.push(outcome)
  }
  return outcomes
}

async function plantAll({ bug, seed }: ProveOptions): Promise<PlantedResult[]> {
  const chosen = PLANTED_BUGS.filter(({ id }) => bug === null || id === bug)
  if (chosen.length === 0) throw new Error(`There is no planted bug '${bug}'.`)
  const results: PlantedResult[] = []
  for (const one of chosen) {
    const result = await runPlanted(one, root, FIRST_SEED[one.layer] + (one.seed ?? seed))
    const { id, found, seconds, layer, message } = result
    say(
      `planted ${id}: ${found ? `found by ${layer} in ${seconds.toFixed(1)} s` : 'NOT FOUND'} (${message.slice(0, 120)})`,
    )
    results.push(result)
  }
  return results
}

/** What was tried: version, commit, hash of the sources and the machine. */
function identity(): Pick<
  ProofResult,
  'project' | 'version' | 'commit' | 'sources' | 'node' | 'platform' | 'processors'
> {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string
    version: string
  }
  const hash = createHash('sha256')
  for (const path of globSync(['{src,migrations,packages/sandbox,proof}/**/*.{ts,mjs}'], {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path),
  }).toSorted())
    hash.update(`${path}\n`).update(readFileSync(join(root, path)))
  const [processor] = cpus()
  return {
    project: name,
    version,
    commit: commit(),
    sources: hash.digest('hex'),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processors: `${cpus().length} × ${processor?.model.trim() ?? 'unknown'}`,
  }
}

function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return null
  }
}
