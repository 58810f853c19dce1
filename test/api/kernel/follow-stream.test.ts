import { appendEvent } from '#services/kernel/events/append-events.js'
import type { EventType } from '#services/kernel/outbox/event-data/events.js'
import { encodeCursor } from '#services/kernel/events/cursor.js'
import { abortable, followStream, type StreamBatch } from '#services/kernel/events/follow-stream.js'
import type { Context } from '#services/kernel/context/context.js'
import { eventually } from '#test/support/test-server.js'
import { startTestKernel, delay, START, type Instance, type Kernel } from '#test/support/kernel.js'
import { execute, queryRow } from '#test/support/plain-sql.js'
import { sequenceOf } from '#test/support/sequence-of.js'

describe('stream subscription', () => {
  let kernel: Kernel
  let other: Instance
  let serial = 0
  beforeAll(async () => {
    kernel = await startTestKernel()
    other = await kernel.another()
    await execute(
      kernel.context.database,
      `create table stream (id text primary key, version bigint not null default 0)`,
    )
  })
  afterAll(() => kernel.close())

  async function newStream(events = 0): Promise<string> {
    const id = `acc_stream${++serial}`
    await execute(kernel.context.database, `insert into stream (id) values ($1)`, [id])
    for (let event = 0; event < events; event++) await write(kernel.context, id)
    return id
  }

  /** As an account or a deployment does: the number is taken under the row's lock, in the transaction of the event. */
  const write = ({ database }: Context, streamId: string, type: EventType = 'account.renamed'): Promise<number> =>
    database.transaction(async (transaction) => {
      const row = await queryRow<{ version: number }>(
        transaction,
        `update stream set version = version + 1 where id = $1 returning version`,
        [streamId],
      )
      const place = { streamId, accountId: streamId, sequence: row!.version, at: START }
      await appendEvent(transaction, place, { type, summary: 'A test.' })
      return row!.version
    })

  const versionOf = async (streamId: string): Promise<number> =>
    (
      await queryRow<{ version: number }>(kernel.context.database, `select version from stream where id = $1`, [
        streamId,
      ])
    )?.version ?? 0

  async function follow(instance: Instance, streamId: string, after?: number | string, wants = () => true) {
    const cursor = typeof after === 'number' ? encodeCursor(streamId, after) : after
    const version = await versionOf(streamId)
    const stream = followStream(instance.context, {
      streamId,
      accountId: streamId,
      version,
      after: cursor ?? null,
      wants,
    })
    const iterator = abortable(stream.follow)
    const seen: StreamBatch[] = []
    const ended = (async () => {
      for await (const item of iterator) seen.push(item)
    })()
    return {
      seen,
      sequences: () => seen.map((item) => (item.kind === 'event' ? item.event.sequence : -sequenceOf(item.cursor))),
      stop: async () => {
        await iterator.return()
        await ended
      },
    }
  }

  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

  it('is read once by followers of a process that are woken together', async () => {
    const id = await newStream(1)
    const { database } = other.context
    let reads = 0
    const rows: typeof database.rows = (...given) => {
      reads++
      return database.rows(...given)
    }
    const counting = Object.create(database, { rows: { value: rows } }) as typeof database
    const context = Object.create(other.context, { database: { value: counting } }) as Context
    const followers = await Promise.all(Array.from({ length: 5 }, () => follow({ ...other, context }, id)))
    await eventually(
      () => reads,
      (count) => count > 0,
    )
    await delay(100)
    const before = reads
    await write(kernel.context, id)
    await eventually(
      () => followers.filter(({ seen }) => seen.length === 1).length,
      (count) => count === followers.length,
    )
    // A poll can wake them once more.
    expect(reads - before).toBeLessThanOrEqual(2)
    await Promise.all(followers.map(({ stop }) => stop()))
  })

  it('starts live by default', async () => {
    const id = await newStream(3)
    const reader = await follow(kernel, id)
    await write(kernel.context, id)
    await eventually(reader.sequences, (all) => all.length === 1)
    expect(reader.sequences()).toEqual([4])
    await reader.stop()
  })

  it('replays events since the cursor, then continues live', async () => {
    const id = await newStream(5)
    const reader = await follow(kernel, id, 2)
    await eventually(reader.sequences, (all) => all.length === 3)
    await write(other.context, id)
    await eventually(reader.sequences, (all) => all.length === 4)
    expect(reader.sequences()).toEqual([3, 4, 5, 6])
    await reader.stop()
  })

  it('loses and repeats nothing under concurrent writes, in every instance', async () => {
    const id = await newStream()
    const readers = await Promise.all([follow(kernel, id, 0), follow(other, id, 0), follow(kernel, id)])
    await Promise.all(
      numbers(1, 300).map(async (number) => {
        await delay(number % 50)
        await write(number % 2 ? kernel.context : other.context, id)
      }),
    )
    await eventually(
      () => readers.map(({ seen }) => seen.length),
      (lengths) => lengths.every((length) => length === 300),
    )
    for (const reader of readers) {
      expect(reader.sequences()).toEqual(numbers(1, 300))
      await reader.stop()
    }
  })

  it('reads more than one page of events, also if few of them match', async () => {
    const id = await newStream()
    await execute(
      kernel.context.database,
      `insert into stream_event (stream_id, sequence, id, account_id, type, summary, data, at)
       select $1, n, $1 || n, $1, 'test', 'A test.', '{}', now() from generate_series(1, 950) n`,
      [id],
    )
    await execute(kernel.context.database, `update stream set version = 950 where id = $1`, [id])
    const all = await follow(kernel, id, 0)
    await eventually(all.sequences, (sequences) => sequences.length === 950)
    expect(all.sequences()).toEqual(numbers(1, 950))
    await all.stop()
    const stream = followStream(kernel.context, {
      streamId: id,
      accountId: id,
      version: 950,
      after: encodeCursor(id, 0),
      wants: ({ sequence }) => sequence % 400 === 0,
    })
    const some: number[] = []
    for await (const item of abortable(stream.follow)) {
      if (item.kind === 'event') some.push(item.event.sequence)
      if (some.length === 2) break
    }
    expect(some).toEqual([400, 800])
  })

  it('emits resync for a cursor older than the retained events, and continues from now', async () => {
    const id = await newStream(10)
    await execute(kernel.context.database, `delete from stream_event where stream_id = $1 and sequence < 6`, [id])
    const old = await follow(kernel, id, 3)
    await eventually(old.sequences, (all) => all.length === 1)
    await write(kernel.context, id)
    await eventually(old.sequences, (all) => all.length === 2)
    expect(old.sequences()).toEqual([-10, 11])
    await old.stop()
    const justKept = await follow(kernel, id, 5)
    await eventually(justKept.sequences, (all) => all.length === 6)
    expect(justKept.sequences()).toEqual(numbers(6, 11))
    await justKept.stop()
  })

  it('emits resync if no events are retained', async () => {
    const id = await newStream(4)
    await execute(kernel.context.database, `delete from stream_event where stream_id = $1`, [id])
    const old = await follow(kernel, id, 2)
    await eventually(old.sequences, (all) => all.length === 1)
    expect(old.sequences()).toEqual([-4])
    await old.stop()
  })

  it.each([
    ['ahead of the stream', encodeCursor('acc_x', 1)],
    ['of another stream', encodeCursor('acc_y', 0)],
    ['that is none', 'nonsense'],
  ])('rejects a cursor %s before any delivery', (_what, after) => {
    const open = () =>
      followStream(kernel.context, { streamId: 'acc_x', accountId: 'acc_x', version: 0, after, wants: () => true })
    expect(open).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR' }))
  })

  it('releases its listener when stopped: while waiting, while reading, and before the start', async () => {
    const id = await newStream(3)
    const { notifier } = kernel.context
    let listeners = 0
    const counting: Context['notifier'] = {
      ...notifier,
      subscribe: (topic, listener) => {
        const stop = notifier.subscribe(topic, listener)
        listeners++
        return () => {
          listeners--
          stop()
        }
      },
    }
    const start = async (after: number) =>
      abortable(
        followStream(
          { ...kernel.context, notifier: counting },
          { streamId: id, accountId: id, version: 3, after: encodeCursor(id, after), wants: () => true },
        ).follow,
      )
    const waiting = await start(3)
    const next = waiting.next()
    await delay(30)
    expect(listeners).toBe(1)
    await waiting.return()
    expect(await next).toEqual({ done: true, value: undefined })
    expect(listeners).toBe(0)

    const reading = await start(0)
    await reading.next()
    expect(listeners).toBe(1)
    await reading.return()
    expect(listeners).toBe(0)

    const unused = await start(0)
    await unused.return()
    expect(listeners).toBe(0)

    const failing = await start(0)
    await failing.next()
    await expect(failing.throw(new Error('socket gone'))).rejects.toThrow('socket gone')
    expect(listeners).toBe(0)
  })
})
