import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { costOf, processorTime, runAiCalls, runLiteLlm, startAiWorld, type AiWorld } from '../support/ai-wrappers.js'
import { runTool } from '../support/install-tools.js'
import { createSeededRandom } from '../support/seeded-random.js'
import { installPythonPackage } from '../support/service-clients/python-package.js'
import { itUnless } from '../support/skip.js'

const SEED = 5119
/** A number of the environment is for development. */
const CALLS = Number(process.env['AI_CALLS'] ?? 10_000)
const KILLS = 20
const LITELLM = 'litellm==1.110.2'

const { stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.version_info >= (3, 10))'], { encoding: 'utf8' })
const pythonReason = /True/.test(stdout ?? '') ? null : 'needs python3'

describe('wrappers for SDKs of models, killed twenty times', () => {
  let world: AiWorld
  beforeAll(async () => {
    world = await startAiWorld()
  })
  afterAll(() => world.close())

  const show = (name: string, figures: unknown) =>
    process.stderr.write(`ai-wrappers: ${name} ${JSON.stringify(figures)}\n`)

  it('charge each stream what the provider reports, or the flagged estimate', async () => {
    const run = { seed: SEED, calls: CALLS, parallel: 32, streamsOnly: true, kills: KILLS }
    const onKill = (done: number) => show('kills', done)
    const result = await runAiCalls(world, createSeededRandom(SEED), { ...run, onKill })
    show('streams', { ...result, errors: result.errors.length })
    expect([result.errors, result.kills]).toEqual([[], KILLS])
    expect(await costOf(world)).toBe(result.bill)
  })

  it('take less than three milliseconds of processor time more than the bare SDK', async () => {
    const calls = 1_000
    const times = []
    for (const round of [1, 2, 3]) {
      const seed = SEED + round
      const bare = await processorTime(world, { seed, calls, isBare: true })
      const metered = await processorTime(world, { seed, calls, isBare: false })
      times.push({ bare, metered, difference: metered - bare })
    }
    show('processor time of a call in ms', times)
    expect(times.map(({ difference }) => difference).toSorted((one, other) => one - other)[1]).toBeLessThan(3)
  })

  itUnless(pythonReason)('charge each call through LiteLLM', async () => {
    const environment = await installPythonPackage()
    try {
      const pip = await runTool(join(environment, 'bin/pip'), ['install', '--quiet', LITELLM], { cwd: process.cwd() })
      if (pip.code !== 0) throw new Error(pip.output)
      const result = await runLiteLlm(world, join(environment, 'bin/python'), SEED + 9, 300)
      show('LiteLLM', { ...result, errors: result.errors.length })
      expect(result.errors).toEqual([])
    } finally {
      rmSync(environment, { recursive: true })
    }
  })
})
