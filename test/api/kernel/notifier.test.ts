import pg from 'pg'
import { eventually } from '#test/support/test-server.js'
import { startTestKernel, delay, type Instance, type Kernel } from '#test/support/kernel.js'
import { execute, query } from '#test/support/plain-sql.js'

const LISTENERS = `select pid from pg_stat_activity where application_name = 'stackgate notifier' and datname = current_database()`

describe('notifier', () => {
  let kernel: Kernel
  let other: Instance
  beforeAll(async () => {
    kernel = await startTestKernel()
    other = await kernel.another()
  })
  afterAll(() => kernel.close())

  function countOf(instance: Instance, topic: string) {
    const heard = { count: 0, stop: instance.context.notifier.subscribe(topic, () => void heard.count++) }
    return heard
  }

  const expectHeard = (heard: { count: number }) =>
    eventually(
      () => heard.count,
      (count) => count > 0,
    )

  it('notifies the same process immediately, and another by a message', async () => {
    const [here, there] = [countOf(kernel, 'topic'), countOf(other, 'topic')]
    kernel.context.notifier.notify(['topic'])
    expect(here.count).toBe(1)
    await expectHeard(there)
    here.stop()
    there.stop()
  })

  it('notifies after the commit, and not after a rollback', async () => {
    const there = countOf(other, 'rolled-back')
    const { database } = kernel.context
    await expect(
      database.transaction((transaction) => {
        transaction.announce('rolled-back')
        return Promise.reject(new Error('no'))
      }),
    ).rejects.toThrow('no')
    await delay(100)
    expect(there.count).toBe(0)
    await database.transaction(async (transaction) => {
      transaction.announce('rolled-back')
      await delay(50)
      expect(there.count).toBe(0)
    })
    await expectHeard(there)
    there.stop()
  })

  it('notifies only subscribers of the topic, until they stop', async () => {
    const [wanted, another, stopped] = [countOf(other, 'a'), countOf(other, 'b'), countOf(other, 'a')]
    stopped.stop()
    kernel.context.notifier.notify(['a'])
    await expectHeard(wanted)
    expect([another.count, stopped.count]).toEqual([0, 0])
    wanted.stop()
    another.stop()
  })

  it('carries more topics than one message holds', async () => {
    const topics = Array.from({ length: 600 }, (_, index) => `dep_${String(index).padStart(26, '0')}`)
    const heard = topics.map((topic) => countOf(other, topic))
    kernel.context.notifier.notify(topics)
    await Promise.all(heard.map((one) => expectHeard(one)))
    heard.forEach(({ stop }) => stop())
  })

  it('reconnects when its connection is killed, and notifies all subscribers', async () => {
    const there = countOf(other, 'killed')
    const killed = await query(
      kernel.context.database,
      `select pg_terminate_backend(pid) from (${LISTENERS}) listeners`,
    )
    expect(killed.length).toBeGreaterThanOrEqual(2)
    // Changes published while no process listened are found by the poll.
    await expectHeard(there)
    await eventually(
      () => query(kernel.context.database, LISTENERS),
      (rows) => rows.length === killed.length,
    )
    there.count = 0
    kernel.context.notifier.notify(['killed'])
    await expectHeard(there)
    there.stop()
  })

  it('finds events without a message by its poll', async () => {
    const there = countOf(other, 'dep_silent')
    await execute(
      kernel.context.database,
      `insert into stream_event (stream_id, sequence, id, account_id, type, summary, data, at)
       values ('dep_silent', 1, 'evt_silent', 'dep_silent', 'test', 'Nobody was told.', '{}', now())`,
    )
    await expectHeard(there)
    there.stop()
  })

  it('finds them also among more streams than are polled one by one', async () => {
    const heard = Array.from({ length: 201 }, (_, index) => countOf(other, `dep_many${index}`))
    await execute(
      kernel.context.database,
      `insert into stream_event (stream_id, sequence, id, account_id, type, summary, data, at)
       values ('dep_many7', 1, 'evt_many', 'dep_many7', 'test', 'Nobody was told.', '{}', now())`,
    )
    await expectHeard(heard[7]!)
    expect(heard.filter(({ count }) => count > 0)).toHaveLength(1)
    heard.forEach(({ stop }) => stop())
  })

  it('finds each account once whose version was increased without a message, among any number', async () => {
    const { database } = kernel.context
    const id = (n: number) => `acc_raised${n}`
    await execute(
      database,
      `insert into account (id, kind, external_id, name) select 'acc_raised' || n, 'TEAM', n::text, 'Raised' from generate_series(0, 300) n`,
    )
    const heard = Array.from({ length: 301 }, (_, index) => countOf(other, id(index)))
    // An account that is followed again is read immediately, because its state is unknown.
    await eventually(
      () => heard.every(({ count }) => count === 1),
      (all) => all,
    )
    await execute(database, `update account set version = version + 1 where id = $1`, [id(7)])
    await eventually(
      () => heard[7]!.count,
      (count) => count === 2,
    )
    await delay(2500)
    expect(heard.map(({ count }) => count)).toEqual(heard.map((_, index) => (index === 7 ? 2 : 1)))
    heard.forEach(({ stop }) => stop())
  })

  it('passes all topics to listeners of all topics, here and in another process, until they stop', async () => {
    const overheard = [kernel, other].map(({ context }) => {
      const topics: (string | null)[] = []
      return { topics, stop: context.notifier.subscribeAll((all) => void topics.push(...(all ?? [null]))) }
    })
    kernel.context.notifier.notify(['acc_one'])
    kernel.context.notifier.notifyDebounced(['acc_two'])
    await eventually(
      () => overheard[1]!.topics,
      (topics) => topics.includes('acc_one') && topics.includes('acc_two'),
    )
    expect(overheard[0]!.topics).toEqual(['acc_one', 'acc_two'])
    overheard.forEach(({ stop }) => stop())
    kernel.context.notifier.notify(['acc_three'])
    expect(overheard[0]!.topics).toHaveLength(2)
  })

  it('recovers after the database was down', async () => {
    const there = countOf(other, 'away')
    const url = new URL(kernel.url)
    const name = url.pathname.slice(1)
    const admin = new pg.Client({ connectionString: Object.assign(url, { pathname: '/postgres' }).href })
    await admin.connect()
    try {
      await admin.query(`alter database ${name} allow_connections false`)
      await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, [name])
      await delay(600)
      expect(there.count).toBe(0)
      await admin.query(`alter database ${name} allow_connections true`)
    } finally {
      await admin.end()
    }
    await expectHeard(there)
    there.count = 0
    await eventually(
      () => {
        kernel.context.notifier.notify(['away'])
        return there.count
      },
      (count) => count > 0,
    )
    there.stop()
  })

  it('ignores messages of other applications', async () => {
    const there = countOf(other, 'sane')
    for (const payload of ['not json', '"text"', 'null', '{}', ''])
      await execute(kernel.context.database, `select pg_notify('stackgate_notifier', $1)`, [payload])
    kernel.context.notifier.notify(['sane'])
    await expectHeard(there)
    there.stop()
  })

  it('leaves no connection open if closed during a reconnect', async () => {
    const brief = await startTestKernel()
    const client = new pg.Client({ connectionString: brief.url })
    await client.connect()
    await client.query(`select pg_terminate_backend(pid) from (${LISTENERS}) listeners`)
    await delay(20)
    await brief.context.notifier.close()
    await delay(400)
    const { rows } = await client.query(LISTENERS)
    await client.end()
    await brief.close()
    expect(rows).toEqual([])
  })
})
