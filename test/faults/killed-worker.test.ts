import { spawn } from 'node:child_process'
import { startOutboxRelay } from '#services/kernel/outbox/relay-outbox.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { eventually } from '../support/test-server.js'
import { startTestKernel, START, type Kernel } from '../support/kernel.js'
import { execute, query } from '#test/support/plain-sql.js'

/** Worker in a separate process that claims an event and never finishes it. */
const WORKER = `
  const load = (path) => import('./dist/src/services/kernel/' + path)
  const [{ openDatabase }, { openNotifier }, { startOutboxRelay }, { createLogger }, { createMetrics }] = await Promise.all([
    load('database/database.js'), load('notifier/notifier.js'), load('outbox/relay-outbox.js'), load('logger/logger.js'), load('metrics/metrics.js')])
  const url = process.env.DATABASE
  const { createSources } = await load('context/sources.js')
  const sources = createSources()
  const database = await openDatabase({ ...sources, url, migrations: [], poolSize: 3 })
  const log = createLogger('silent')
  const notifier = await openNotifier({ ...sources, url, database, log, recentTopics: async () => [] })
  startOutboxRelay({ ...sources, database, notifier, log, metrics: createMetrics() },
    { 'plan.expired': [() => new Promise(() => process.stdout.write('working'))] })`

describe('worker killed during its work', () => {
  let kernel: Kernel
  beforeAll(async () => {
    kernel = await startTestKernel()
  })
  afterAll(() => kernel.close())

  const events = () =>
    query<{ state: string; attempts: number; leaseSeconds: number | null }>(
      kernel.context.database,
      `select state, attempts, extract(epoch from lease_until - now())::float as lease_seconds from outbox_event`,
    )

  it('leaves its event to another worker within 30 seconds', async () => {
    await kernel.context.database.transaction((transaction) =>
      writeOutbox(transaction, {
        type: 'plan.expired',
        accountId: 'acc_1',
        payload: { planVersionId: 'plv_1' },
        at: START,
        requestId: null,
      }),
    )
    const worker = spawn(process.execPath, ['--input-type=module', '-e', WORKER], {
      env: { ...process.env, DATABASE: kernel.url, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const ended = new Promise((resolve) => worker.once('exit', (_code, signal) => resolve(signal)))
    let output = ''
    await new Promise<void>((resolve) =>
      worker.stdout.on('data', (chunk) => {
        output += String(chunk)
        if (output.includes('working')) resolve()
      }),
    )
    expect(output).toBe('working')
    worker.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')

    const [held] = await events()
    expect(held).toMatchObject({ state: 'PENDING', attempts: 1 })
    expect(held!.leaseSeconds).toBeGreaterThan(0)
    expect(held!.leaseSeconds).toBeLessThanOrEqual(30)

    let calls = 0
    const relay = startOutboxRelay(kernel.context, { 'plan.expired': [() => Promise.resolve(void calls++)] })
    await new Promise((wake) => setTimeout(wake, 300))
    expect(calls).toBe(0)
    // The rest of the half minute, spared.
    await execute(kernel.context.database, `update outbox_event set lease_until = now()`)
    await eventually(events, ([event]) => event?.state === 'RELAYED')
    await relay.stop()
    expect(calls).toBe(1)
    expect(await events()).toMatchObject([{ attempts: 2, leaseSeconds: null }])
  })
})
