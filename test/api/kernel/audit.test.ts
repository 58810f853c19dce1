import { bufferAudit } from '#services/kernel/audit/audit-buffer.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { createLogger } from '#services/kernel/logger/logger.js'
import { eventually } from '#test/support/test-server.js'
import { openTestDatabase, type OpenedDatabase } from '#test/support/open-database.js'
import { query } from '#test/support/plain-sql.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

describe('Audit log', () => {
  let opened: OpenedDatabase
  beforeAll(async () => {
    opened = await openTestDatabase()
  })
  afterAll(() => opened.close())

  const log = createLogger('silent', { write: () => undefined })
  const rows = (object: string) =>
    query<{ actor: string; action: string; occurrences: number; details: object }>(
      opened.database,
      `select actor, action, occurrences, details from audit_entry where object = $1 order by id`,
      [object],
    )

  it('problem 13: merges a thousand equal entries of a second into one counted row, and keeps others separate', async () => {
    const note = { accountId: null, actor: 'agt_1', action: 'agent.command_polled', object: 'often' }
    for (let count = 0; count < 1000; count++)
      bufferAudit({ database: opened.database, log, timers: systemTimers }, note)
    bufferAudit(
      { database: opened.database, log, timers: systemTimers },
      { ...note, actor: 'agt_2', details: { cause: 'x' } },
    )
    const written = await eventually(
      () => rows('often'),
      (found) => found.reduce((sum, { occurrences: times }) => sum + times, 0) === 1001,
    )
    // Two rows, or one more if the minute changed in between.
    expect(written.length).toBeLessThanOrEqual(3)
    expect(written.filter(({ actor }) => actor === 'agt_2')).toEqual([
      { actor: 'agt_2', action: 'agent.command_polled', occurrences: 1, details: { cause: 'x' } },
    ])
  })

  it('commits an entry with its transaction or not at all, and truncates long names', async () => {
    const entry = { accountId: null, actor: 'a'.repeat(500), action: 'agent.registered', object: 'kept' }
    await opened.database.transaction((transaction) => recordAudit(transaction, entry))
    await expect(
      opened.database.transaction(async (transaction) => {
        await recordAudit(transaction, { ...entry, object: 'rolled back' })
        throw new Error('on purpose')
      }),
    ).rejects.toThrow('on purpose')
    expect((await rows('kept')).map(({ actor }) => actor)).toEqual(['a'.repeat(200)])
    expect(await rows('rolled back')).toEqual([])
  })
})
