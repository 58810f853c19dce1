import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from '#proof/root.js'
import { coverageFigures } from '#proof/api-coverage/called.js'
import type { LayerName, LayerOutcome } from '#proof/report/result.js'

/** Distance of the first seeds of two processes: more than a process can take. */
const SEEDS_OF_A_PROCESS = 1_000_000

interface ProcessesRun {
  readonly layer: LayerName
  readonly seed: number
  readonly seconds: number
  readonly processes: number
  readonly say: (line: string) => void
}

/** Runs a layer in several processes at the same time, each with its own database and its own seeds, so that every core has work. */
export async function runInProcesses({ layer, seed, seconds, processes, say }: ProcessesRun): Promise<LayerOutcome> {
  const outcomes = await Promise.all(
    Array.from({ length: processes }, (_, index) =>
      runProcess(
        ['--layer', layer, '--seed', String(seed + index * SEEDS_OF_A_PROCESS), '--minutes', String(seconds / 60)],
        say,
      ),
    ),
  )
  return merged(layer, outcomes)
}

/** One outcome of several. The clock is that of the process that ended last. */
export function merged(layer: LayerName, outcomes: readonly LayerOutcome[]): LayerOutcome {
  const sum = (value: (outcome: LayerOutcome) => number): number =>
    outcomes.reduce((total, one) => total + value(one), 0)
  const called = [...new Set(outcomes.flatMap((one) => one.called ?? []))]
  const sums: Record<string, number> = {}
  for (const [name, value] of outcomes.flatMap(({ figures }) => Object.entries(figures)))
    if (typeof value === 'number') sums[name] = (sums[name] ?? 0) + value
  return {
    layer,
    firstSeed: outcomes[0]!.firstSeed,
    seeds: sum(({ seeds }) => seeds),
    steps: sum(({ steps }) => steps),
    years: sum(({ years }) => years),
    seconds: Math.max(...outcomes.map((one) => one.seconds)),
    processorSeconds: sum(({ processorSeconds }) => processorSeconds),
    failures: outcomes.flatMap(({ failures }) => failures),
    figures: {
      'seeds of each process': outcomes
        .map(({ firstSeed, seeds }) => `${firstSeed} to ${firstSeed + Math.max(0, seeds - 1)}`)
        .join(' and '),
      ...sums,
      ...(layer === 'server' ? coverageFigures(called) : {}),
    },
    called,
  }
}

async function runProcess(args: readonly string[], say: (line: string) => void): Promise<LayerOutcome> {
  const child = spawn(process.execPath, [...process.execArgv, join(root, 'proof/main.ts'), '--bare', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout.on('data', (chunk) => void (output += String(chunk)))
  child.stderr.on('data', (chunk) => {
    errors += String(chunk)
    for (const line of String(chunk).split('\n')) if (line.startsWith(PROGRESS)) say(line.slice(PROGRESS.length))
  })
  const end = (): void => void child.kill()
  for (const signal of SIGNALS) process.once(signal, end)
  await new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', done)
  })
  for (const signal of SIGNALS) process.off(signal, end)
  const line = output.trim().split('\n').at(-1) ?? ''
  if (!line.startsWith('{'))
    throw new Error(`a process of the proof ended without a result: ${errors.trim().slice(-2000)}`)
  return JSON.parse(line) as LayerOutcome
}

/** Signals after which the processes end, and this one after them, because they have no result. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Begin of a line with which a process reports its progress. */
export const PROGRESS = 'progress: '
