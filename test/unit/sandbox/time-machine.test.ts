import { readFileSync } from 'node:fs'
import { Ids } from '@stackgate/sandbox/state/ids.js'
import { Store } from '@stackgate/sandbox/state/store.js'
import type { SandboxState } from '@stackgate/sandbox/sandbox-state.js'
import { Clock } from '@stackgate/sandbox/time/clock.js'
import { DueQueue } from '@stackgate/sandbox/time/due-queue.js'
import { TimeMachine, type DueHandlers } from '@stackgate/sandbox/time/time-machine.js'

const START = Date.parse('2026-01-01T00:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** All kinds of due work, as the sandbox declares them. */
const [, declared] = /export type DueKind =\n((?: {2}\| '[\w.]+'\n)+)/.exec(
  readFileSync('packages/sandbox/state/records.ts', 'utf8'),
)!
const KINDS = [...declared!.matchAll(/'([\w.]+)'/g)].map(([, kind]) => kind as keyof DueHandlers)

function setUp() {
  const store = new Store(null)
  const ids = new Ids(store)
  const world = {
    store,
    ids,
    clock: new Clock(store, new Date(START)),
    due: new DueQueue(store, ids),
    cause: { id: null, idempotency_key: null },
  } as unknown as SandboxState
  const done: string[] = []
  const reported: string[] = []
  const poisoned = new Set<string>()
  const handlers = Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      (_world: SandboxState, subject: string) => {
        store.put('setting', { id: subject, value: kind })
        if (poisoned.has(subject)) throw new Error(`${kind} cannot go on`)
        done.push(`${kind} ${subject}`)
      },
    ]),
  ) as DueHandlers
  const time = new TimeMachine(world, handlers, {
    settle: async () => undefined,
    report: (text) => reported.push(text),
  })
  return { world, time, done, reported, poisoned }
}

describe('the clock of the sandbox', () => {
  it('knows every kind of due work', () => {
    expect(KINDS.length).toBeGreaterThan(15)
  })

  it.each(KINDS)('continues if %s fails for one subject, and repeats it after a day', async (kind) => {
    const { world, time, done, reported, poisoned } = setUp()
    poisoned.add('first')
    world.due.schedule(kind, 'first', START + HOUR)
    world.due.schedule(kind, 'second', START + HOUR)
    for (const [index, other] of KINDS.entries()) world.due.schedule(other, 'third', START + 2 * HOUR + index)
    await time.advance(() => START + 3 * HOUR)
    expect(done).toEqual([`${kind} second`, ...KINDS.map((other) => `${other} third`)])
    expect(world.store.get('setting', 'first')).toBeUndefined()
    expect(time.failed).toEqual([
      { kind, subject: 'first', message: `${kind} cannot go on`, retryAt: new Date(START + HOUR + DAY).toISOString() },
    ])
    expect(reported).toHaveLength(1)
    poisoned.clear()
    await time.advance(() => START + 2 * DAY)
    expect(done.at(-1)).toBe(`${kind} first`)
    expect(time.failed).toEqual([])
  })
})
