import { accountOwner } from '#proof/models/account-owner.js'
import { accountVersion } from '#proof/models/account-version.js'
import { MODELS } from '#proof/models/all-models.js'
import { commandLease } from '#proof/models/command-lease.js'
import { inboxFence } from '#proof/models/inbox-fence.js'
import { explore, replayRun, withDefect, type Observed } from '#proof/models/model.js'
import { promela } from '#proof/models/promela.js'
import { recordCommands, recordFences, recordOwners, recordVersions } from '#proof/models/record-runs.js'
import { platformCatalog } from '#proof/server/platform-catalog.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const SEEDS = [1, 2, 3]

describe('models of the proof', () => {
  it.each(MODELS)('keep every invariant in every state, with all actions: $name', (model) => {
    const { violation, neverDone, states } = explore(model)
    expect(violation).toBeNull()
    expect(neverDone).toEqual([])
    expect(states).toBeGreaterThan(100)
  })

  it.each(MODELS.flatMap((model) => Object.keys(model.defects).map((defect) => ({ model, defect, name: model.name }))))(
    'break an invariant with a defect: $name, $defect',
    ({ model, defect }) => {
      expect(explore(withDefect(model, defect)).violation).not.toBeNull()
    },
  )

  it('become programs for Spin', () => {
    const text = promela(commandLease)
    expect(text).toContain('int status = 0;')
    expect(text.match(/:: d_step/g)).toHaveLength(commandLease.actions.length)
  })
})

describe('recorded runs of servers', () => {
  let server: TestServer
  const env = { CATALOG: platformCatalog(), LOG_LEVEL: 'silent' }
  beforeAll(async () => {
    server = await startTestServer({ env })
  })
  afterAll(() => server.close())

  /** The run with one step replaced by others. */
  const changed = (run: readonly Observed[], index: number, ...steps: Observed[]): Observed[] => [
    ...run.slice(0, index),
    ...steps,
    ...run.slice(index + 1),
  ]

  it('of fetches and writes fit the model of the fence; changed ones do not', async () => {
    for (const seed of SEEDS) {
      const run = await recordFences({ server, seed, env })
      expect([seed, replayRun(inboxFence, run)]).toEqual([seed, null])
      const last = run.length - 1
      const outdated = { label: 'write 0', values: { row: 1 } }
      expect(replayRun(inboxFence, changed(run, last, outdated))).toContain(`step ${last + 1}`)
      expect(replayRun(inboxFence, changed(run, last - 1))).toContain('write 0')
      expect(replayRun(inboxFence, changed(run, 1))).not.toBeNull()
    }
  })

  it('of commands fit the model of the lease; changed ones do not', async () => {
    const runs = await recordCommands({ server, seed: 1, env })
    expect(runs.map((run) => replayRun(commandLease, run))).toEqual(runs.map(() => null))
    for (const run of runs) {
      expect(replayRun(commandLease, [...run, { label: 'QUEUED LEASED' }])).not.toBeNull()
      // Without its delivery, or with another end.
      expect(replayRun(commandLease, changed(run, 1, { label: 'LEASED RUNNING' }))).not.toBeNull()
    }
    const again = ['QUEUED LEASED', 'LEASED RUNNING', 'RUNNING QUEUED'].map((label) => ({ label }))
    expect(replayRun(commandLease, [{ label: 'reads' }, ...again])).toBeNull()
    expect(replayRun(commandLease, [{ label: 'changes' }, ...again])).toContain("'RUNNING QUEUED'")
    expect(replayRun(commandLease, [{ label: 'reads' }, ...again, ...again, ...again, ...again])).not.toBeNull()
  })

  it('of two servers fit the model of the version; changed ones do not', async () => {
    for (const seed of SEEDS) {
      const run = await recordVersions({ server, seed: 10 + seed, env })
      expect([seed, replayRun(accountVersion, run)]).toEqual([seed, null])
      const [first] = run as [Observed]
      const values = first.values!
      expect(replayRun(accountVersion, changed(run, 0, first, first))).not.toBeNull()
      expect(replayRun(accountVersion, changed(run, 0, { ...first, values: { ...values, version: 2 } }))).not.toBeNull()
      expect(replayRun(accountVersion, changed(run, 0, { ...first, values: { ...values, balance: 2 } }))).not.toBeNull()
      expect(replayRun(accountVersion, changed(run, 0))).not.toBeNull()
    }
  })

  it('of changed members fit the model of the owner; changed ones do not', async () => {
    for (const seed of SEEDS) {
      const run = await recordOwners({ server, seed, env })
      expect(run.length).toBeGreaterThan(1)
      expect([seed, replayRun(accountOwner, run)]).toEqual([seed, null])
      expect(replayRun(accountOwner, changed(run, 1, run[1]!, run[1]!))).not.toBeNull()
      expect(replayRun(accountOwner, [run[0]!, { label: 'leave 0' }])).toContain("'leave 0'")
      expect(replayRun(accountOwner, [run[0]!, { label: 'transfer 1 2' }])).not.toBeNull()
    }
  })
})
