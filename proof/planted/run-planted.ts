import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { LayerOutcome } from '#proof/report/result.js'
import { PROGRESS } from '#proof/processes.js'
import type { PlantedBug } from '#proof/planted/planted-bugs.js'

export interface PlantedResult {
  readonly id: string
  readonly description: string
  readonly resembles: string
  readonly file: string
  readonly layer: string
  readonly found: boolean
  readonly seed: number | null
  readonly step: number | null
  readonly seconds: number
  /** First difference that was found, or the reason why none was. */
  readonly message: string
}

/** Longest run of a layer with one planted bug. */
const MAX_SECONDS = 120

/** Runs the layer that must find a bug, in a process that contains the bug. */
export async function runPlanted(bug: PlantedBug, root: string, seed: number): Promise<PlantedResult> {
  const begin = performance.now()
  const { output, errors } = await runLayer(bug, root, seed)
  const seconds = (performance.now() - begin) / 1000
  const { id, description, resembles, file, layer } = bug
  const line = output.trim().split('\n').at(-1) ?? ''
  const outcome = line.startsWith('{') ? (JSON.parse(line) as LayerOutcome) : null
  const failure = outcome?.failures[0] ?? null
  return {
    id,
    description,
    resembles,
    file: `src/${file}`,
    layer,
    found: failure !== null && !errors.includes('was not loaded'),
    seed: failure?.seed ?? null,
    step: failure?.step ?? null,
    seconds,
    message: failure?.message ?? (lastError(errors) || 'no difference was found'),
  }
}

const lastError = (errors: string): string | undefined =>
  errors
    .trim()
    .split('\n')
    .findLast((line) => !line.startsWith(PROGRESS))

function runLayer(bug: PlantedBug, root: string, seed: number): Promise<{ output: string; errors: string }> {
  const preloaded = ['proof/load-tests.mjs', 'proof/planted/plant.mjs'].flatMap((path) => [
    '--import',
    join(root, path),
  ])
  const args = [...preloaded, join(root, 'proof/main.ts'), '--layer', bug.layer]
  const limits = ['--seed', String(seed), '--minutes', String(MAX_SECONDS / 60), '--bare']
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args, ...limits], {
    cwd: root,
    env: { ...process.env, STACKGATE_PLANTED_BUG: bug.id },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout.on('data', (chunk) => void (output += String(chunk)))
  child.stderr.on('data', (chunk) => void (errors += String(chunk)))
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('exit', () => done({ output, errors }))
  })
}
