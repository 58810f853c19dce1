import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { exploreModels } from '#proof/models/run-models.js'
import { merged } from '#proof/processes.js'
import { figures } from '#proof/report/figures.js'
import { proofPage } from '#proof/report/page.js'
import type { ProofResult } from '#proof/report/result.js'

const ARGUMENTS = ['--disable-warning=ExperimentalWarning', '--import', './proof/load-tests.mjs', 'proof/main.ts']

async function prove(args: readonly string[], env: Record<string, string> = {}) {
  const options = { env: { ...process.env, NODE_OPTIONS: '', ...env } }
  const run = promisify(execFile)(process.execPath, [...ARGUMENTS, ...args], options)
  const { stdout, stderr, code } = await run.then(
    (output) => ({ ...output, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  )
  return { stdout, stderr, code }
}

const result: ProofResult = {
  project: 'stackgate',
  version: '0.1.0',
  commit: 'abc',
  sources: 'def',
  node: 'v24',
  platform: 'linux x64',
  processors: '2 × CPU',
  startedAt: '2026-11-24T05:00:00.000Z',
  seconds: 60,
  load: { before: 1, after: 2 },
  passed: false,
  layers: [
    {
      layer: 'decisions',
      firstSeed: 1,
      seeds: 10,
      steps: 3000,
      years: 5,
      seconds: 30,
      processorSeconds: 29,
      failures: [
        {
          layer: 'decisions',
          seed: 4,
          step: 7,
          message: 'tokens is <1>',
          replay: 'npm run prove -- --seed 4 --step 7',
          needed: [{ step: 'wait', ms: 1 }],
        },
      ],
      figures: {},
    },
  ],
  models: exploreModels(),
  planted: [],
}

describe('npm run prove', () => {
  it('shows its options and rejects unknown ones', async () => {
    const help = await prove(['--help'])
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('--planted') })
    expect(await prove(['--layer', 'nothing'])).toMatchObject({ code: 1, stderr: expect.stringContaining("'nothing'") })
    expect((await prove(['--unknown'])).code).toBe(1)
  })

  it('replays a seed until a step', async () => {
    const { code, stdout } = await prove(['--seed', '5', '--step', '40'])
    expect(code).toBe(0)
    expect(stdout).toContain('[40,"')
    expect(stdout).toContain('Seed 5 has no difference until step 40.')
  })

  it('ends with exit code 1 and a replayed, shortened failure if a bug is planted', async () => {
    const args = ['--import', './proof/planted/plant.mjs', 'proof/main.ts', '--seed', '1', '--step', '250']
    const { code, stdout } = await promisify(execFile)(process.execPath, [...ARGUMENTS.slice(0, 3), ...args], {
      env: { ...process.env, NODE_OPTIONS: '', STACKGATE_PLANTED_BUG: 'use-revoked-credits' },
    }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { stdout: string; code: number }) => error,
    )
    expect(code).toBe(1)
    expect(stdout).toContain('the model says')
    expect(stdout).toContain('The needed steps that fail')
  })

  it('writes a page with figures, failures and the commands that replay them', () => {
    const page = proofPage(result)
    expect(page).toContain('npm run prove -- --seed 4 --step 7')
    expect(page).toContain('tokens is &lt;1&gt;')
    expect(page).toContain('6,000')
    expect(page).toContain('inbox and fetch fence')
    expect(page).toContain('after 14 actions')
    expect(page).not.toMatch(/<script|<link|src=/)
  })

  it('prints the figures that are committed, with the rate of a night', () => {
    const text = figures(result)
    expect(text).toContain(
      '2026-11-24 05:00 UTC, 1.0 minutes, commit abc, v24, 2 × CPU, load 1.0 before and 2.0 after.',
    )
    expect(text).toContain('| decisions | 1 to 10 | 3,000 | 5.0 | 30 | 29.0 | 1 |')
    expect(text).toContain('decisions: 4,800 account-years in 8 hours at this rate by the clock, 9,931 on 2 cores')
    expect(text).toContain('inbox and fetch fence 4,280 states')
  })

  it('adds up the outcomes of processes, with the clock of the last one and every failure', () => {
    const [one] = result.layers
    const outcome = merged('server', [
      { ...one!, layer: 'server', seconds: 20, failures: [], figures: { kills: 1 }, called: ['consume'] },
      { ...one!, layer: 'server', firstSeed: 1_000_001, figures: { kills: 2 }, called: ['changePlan'] },
    ])
    expect(outcome).toMatchObject({ seeds: 20, steps: 6000, years: 10, seconds: 30, processorSeconds: 58 })
    expect(outcome.failures).toEqual(one!.failures)
    expect(outcome.figures).toMatchObject({
      'seeds of each process': '1 to 10 and 1000001 to 1000010',
      kills: 3,
      'operations of the coverage table that were called': expect.stringMatching(/^2 of \d+$/),
    })
  })
})
