import { openDatabase, type Database } from '#services/kernel/database/database.js'
import { reportError } from '#services/kernel/errors/report-error.js'
import { createLogger } from '#services/kernel/logger/logger.js'
import { SERVING } from '#services/kernel/database/session.js'
import { openTestDatabase, type OpenedDatabase } from '#test/support/open-database.js'
import { execute, query, queryRow } from '#test/support/plain-sql.js'
import { createSources } from '#services/kernel/context/sources.js'

describe('Database time limits', () => {
  let opened: OpenedDatabase
  let database: Database
  beforeAll(async () => {
    opened = await openTestDatabase()
    const limits = { ...SERVING, statementMs: 2_000, lockMs: 300, idleInTransactionMs: 600 }
    database = await openDatabase({
      ...createSources(),
      url: opened.url,
      migrations: [],
      poolSize: 4,
      limits,
    })
    await execute(
      database,
      `insert into account (id, kind, external_id, name) values ('acc_held', 'TEAM', '1', 'Held')`,
    )
  })
  afterAll(async () => {
    await database.close()
    await opened.close()
  })

  const HOLD = `select id from account where id = 'acc_held' for update`
  const codeOf = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(
      () => null,
      (reason: unknown) => reason,
    )
    return reportError(createLogger('silent'), error, 'test').code
  }

  it('limits the wait for a lock of another transaction: UNAVAILABLE, not INTERNAL', async () => {
    await opened.database.transaction(async (holder) => {
      await execute(holder, HOLD)
      expect(await codeOf(database.transaction((transaction) => execute(transaction, HOLD)))).toBe('UNAVAILABLE')
    })
    expect(await query(database, HOLD)).toEqual([{ id: 'acc_held' }])
  })

  it('ends a statement that runs too long: UNAVAILABLE', async () => {
    expect(await codeOf(execute(database, 'select pg_sleep(60)'))).toBe('UNAVAILABLE')
  })

  it('ends a transaction of a stopped process and releases its locks', async () => {
    const blocked = database.transaction(async (transaction) => {
      await execute(transaction, HOLD)
      // As a process does that was stopped: another one gets the lock while this one has not ended.
      await opened.database.transaction((other) => execute(other, HOLD))
      await execute(transaction, HOLD)
    })
    expect(await codeOf(blocked)).toBe('UNAVAILABLE')
  })

  it('applies a changed limit to existing connections', async () => {
    const one = await openDatabase({
      ...createSources(),
      url: opened.url,
      migrations: [],
      poolSize: 2,
    })
    await execute(one, 'select 1')
    const limits = () =>
      queryRow(one, `select current_setting('statement_timeout') as s, current_setting('lock_timeout') as l`)
    expect(await limits()).toEqual({ s: '0', l: '0' })
    await one.limit(SERVING)
    expect(await limits()).toEqual({ s: '15s', l: '10s' })
    await one.close()
  })
})
