import { connect, type NatsConnection } from '@nats-io/transport-node'
import pg from 'pg'
import { createSources } from '#services/kernel/context/sources.js'
import { openNotifier, type Notifier } from '#services/kernel/notifier/notifier.js'
import { isPolledTopic } from '#wiring/polled-topics.js'
import { createLogger } from '#services/kernel/logger/logger.js'
import type { ChildProgram } from '#test/support/child-program.js'
import { delay, startTestKernel, type Kernel } from '#test/support/kernel.js'
import { noNats, startNats } from '#test/support/nats.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

describeUnless(noNats())('NATS', () => {
  let nats: ChildProgram & { readonly url: string }
  let kernel: Kernel
  let here: Notifier
  let there: Notifier
  let observer: NatsConnection
  let listener: pg.Client
  const subjects: string[] = []
  const payloads: string[] = []
  const logLines: string[] = []
  const recent = new Set<string>()
  beforeAll(async () => {
    nats = await startNats()
    kernel = await startTestKernel()
    const open = () =>
      openNotifier({
        ...createSources(),
        url: kernel.url,
        database: kernel.context.database,
        log: createLogger('info', { write: (line) => void logLines.push(line) }),
        natsUrl: nats.url,
        natsPrefix: 'stackgate.public',
        isPolled: isPolledTopic,
        recentTopics: (topics) => Promise.resolve(topics.filter((topic) => recent.has(topic))),
      })
    ;[here, there] = [await open(), await open()]
    observer = await connect({ servers: nats.url })
    observer.subscribe('>', { callback: (_, { subject }) => void subjects.push(subject) })
    await observer.flush()
    listener = new pg.Client({ connectionString: kernel.url })
    await listener.connect()
    listener.on('notification', ({ payload }) => payloads.push(payload!))
    await listener.query('listen stackgate_notifier')
  })
  afterAll(async () => {
    await listener.end()
    await observer.close()
    await here.close()
    await there.close()
    await kernel.close()
    await nats.stop()
  })

  const followed = (topic: string) => {
    const calls = { count: 0, stop: there.subscribe(topic, () => void calls.count++) }
    return calls
  }
  const called = (calls: { count: number }) =>
    eventually(
      () => calls.count,
      (count) => count > 0,
    )
  /** A subscription is sent to the server after the call. */
  const notifiedUntilCalled = (topic: string, calls: { count: number }) =>
    eventually(
      () => {
        here.notify([topic])
        return calls.count
      },
      (count) => count > 0,
    )

  it('carries topics that are polled, each under its subject, and no NOTIFY', async () => {
    for (const topic of ['acc_one', 'deployments of acc_one', 'queue:dep_one', 'outbox', 'operators']) {
      const calls = followed(topic)
      await notifiedUntilCalled(topic, calls)
      calls.stop()
    }
    expect(new Set(subjects)).toEqual(
      new Set(
        ['acc_one', 'deployments%20of%20acc_one', 'queue%3Adep_one', 'outbox', 'operators'].map(
          (topic) => `stackgate.stackgate%2Epublic.${topic}`,
        ),
      ),
    )
    expect(payloads).toEqual([])
  })

  it('leaves topics without a poll to NOTIFY', async () => {
    for (const topic of ['catalog', 'policies', 'service keys', 'members of acc_one', 'clock']) {
      const calls = followed(topic)
      here.notify([topic])
      await called(calls)
      calls.stop()
    }
    expect(subjects.filter((subject) => /catalog|policies|keys|members|clock/.test(subject))).toEqual([])
  })

  it('does not return a notification to its sender, and delivers only followed topics', async () => {
    const own = { count: 0 }
    const stop = here.subscribe('acc_two', () => void own.count++)
    const [calls, other] = [followed('acc_two'), followed('acc_three')]
    await notifiedUntilCalled('acc_two', calls)
    const before = own.count
    here.notify(['acc_two'])
    expect(own.count).toBe(before + 1)
    expect(other.count).toBe(0)
    stop()
    calls.stop()
    other.stop()
  })

  it('is replaced by the poll while it is away, and returns by itself', async () => {
    const calls = followed('acc_four')
    await notifiedUntilCalled('acc_four', calls)
    await nats.stop()
    await eventually(
      () => logLines,
      (lines) => lines.some((line) => line.includes('NATS connection lost')),
    )
    await here.check() // The process stays ready.
    calls.count = 0
    here.notify(['acc_four'])
    await delay(50)
    expect(calls.count).toBe(0)
    recent.add('acc_four')
    await called(calls)
    recent.clear()
    await nats.start()
    await eventually(
      () => logLines.filter((line) => line.includes('NATS reconnected')).length,
      (count) => count >= 2,
    )
    subjects.length = 0
    calls.count = 0
    await notifiedUntilCalled('acc_four', calls)
    calls.stop()
  })
})

describeUnless(noNats())('Start without NATS', () => {
  it('takes two seconds longer and serves by polls', async () => {
    const kernel = await startTestKernel()
    const notifier = await openNotifier({
      ...createSources(),
      url: kernel.url,
      database: kernel.context.database,
      log: createLogger('silent'),
      natsUrl: 'nats://127.0.0.1:1',
      isPolled: isPolledTopic,
      recentTopics: (topics) => Promise.resolve([...topics]),
    })
    let polls = 0
    notifier.subscribe('acc_one', () => void polls++)
    await eventually(
      () => polls,
      (count) => count > 0,
    )
    await expect(notifier.check()).resolves.toBeUndefined()
    await notifier.close()
    await kernel.close()
  })
})
