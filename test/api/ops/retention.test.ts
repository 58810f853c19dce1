import { allDeclared } from '#modules/all-declarations.js'
import { rulesUnder, type RetentionRule } from '#services/kernel/retention/retention-rule.js'
import { runRetention } from '#services/kernel/retention/run-retention.js'
import { newAccount } from '#test/support/entitlements.js'
import { readConfig } from '#services/kernel/config/config.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { billingRows } from '#test/support/billing-rows.js'

describe('Retention deletes data after its time', () => {
  let server: TestServer
  let rules: readonly RetentionRule[]
  beforeAll(async () => {
    server = await startTestServer()
    rules = rulesUnder(server.app.context.config, allDeclared.retention)
  })
  afterAll(() => server.close())

  const days = (name: string) => rules.find((rule) => rule.name === name)!.days
  /** A row that is a day too old, and one that is a day younger than its end. */
  const ages = (name: string): [number, number] => [days(name) + 1, days(name) - 1]

  it('deletes older rows by every rule and keeps newer and open ones', async () => {
    const rows = async (text: string, values: unknown[] = []) => server.query(text, values)
    const old = (name: string) => ages(name).map((age) => `now() - interval '${age} days'`)
    for (const [n, at] of old('idempotency_keys').entries())
      await rows(
        `insert into idempotency_key (principal, account_id, mutation, key, fingerprint, created_at) values ('p', 'a', 'm', 'k${n}', 'f', ${at})`,
      )
    for (const [n, at] of old('audit').entries())
      await rows(
        `insert into audit_entry (id, actor, action, object, details, minute) values ('aud_${n}', 'a', 'aged', 'o', '{}', ${at})`,
      )
    for (const permissions of [`'{account:read}'`, 'null'])
      for (const [n, at] of old('account_sessions').entries())
        await rows(
          `insert into service_key (id, name, secret_hash, scopes, permissions, expires_at) values ($1, 'aged', 'h', '{}', ${permissions}, ${at})`,
          [`key_${permissions === 'null' ? 'key' : 'session'}${n}`],
        )
    for (const state of ['SENT', 'DEAD', 'PENDING'])
      for (const [n, at] of old('mail').entries())
        await rows(
          `insert into mail_message (id, account_id, state, recipient, subject, body, html, at, available_at) values ('mal_${state}${n}', 'a', '${state}', 'r', 's', 'b', 'h', now(), ${at})`,
        )
    for (const state of ['RELAYED', 'DEAD'])
      for (const [n, at] of old('outbox_events').entries())
        await rows(
          `insert into outbox_event (id, type, payload, state, at, recorded_at) values ('obx_${state}${n}', 't', '{}', '${state}', now(), ${at})`,
        )
    for (const state of ['PROCESSED', 'QUARANTINED'])
      for (const name of ['inbox_payloads', 'inbox_events'])
        for (const [n, at] of old(name).entries())
          await rows(
            `insert into inbox_event (id, provider, event_id, type, object_key, livemode, payload, state, received_at)
             values ($1, 'STRIPE', $1, 't', 'o', false, '{"some":"thing"}', '${state}', ${at})`,
            [`ibx_${name}${state}${n}`],
          )
    await runRetention(server.app.context)
    const left = async (text: string) => (await server.query<{ id: string }>(text)).map(({ id }) => id)
    expect(await left(`select key as id from idempotency_key where principal = 'p'`)).toEqual(['k1'])
    expect(await left(`select id from audit_entry where action = 'aged'`)).toEqual(['aud_1'])
    expect(await left(`select id from service_key where name = 'aged' order by 1`)).toEqual([
      'key_key0',
      'key_key1',
      'key_session1',
    ])
    expect(await left(`select id from mail_message where account_id = 'a' order by 1`)).toEqual([
      'mal_DEAD1',
      'mal_PENDING0',
      'mal_PENDING1',
      'mal_SENT1',
    ])
    expect(await left(`select id from outbox_event where type = 't' order by 1`)).toEqual([
      'obx_DEAD0',
      'obx_DEAD1',
      'obx_RELAYED1',
    ])
    expect(
      await left(
        `select id || case when payload ? 'some' then ' whole' else '' end as id from inbox_event where type = 't' order by 1`,
      ),
    ).toEqual([
      'ibx_inbox_eventsPROCESSED1',
      'ibx_inbox_eventsQUARANTINED0 whole',
      'ibx_inbox_eventsQUARANTINED1 whole',
      'ibx_inbox_payloadsPROCESSED0',
      'ibx_inbox_payloadsPROCESSED1 whole',
      'ibx_inbox_payloadsQUARANTINED0 whole',
      'ibx_inbox_payloadsQUARANTINED1 whole',
    ])
    const metrics = await server.rest('GET', '/metrics')
    expect(String(metrics.body)).toMatch(/stackgate_retention_deleted_rows_total\{rule="mail"\} 2/)
    expect(String(metrics.body)).toContain('stackgate_retention_last_run_timestamp_seconds{rule="audit"}')
  })

  it('deletes the start of a stream, keeps its last event, and resyncs its followers', async () => {
    const accountId = await newAccount(server, 'ann@example.com')
    const trade = billingRows(server)
    for (let n = 0; n < 6; n++) await trade.change(accountId, 'purchase.paid', () => Promise.resolve())
    const age = days('account_events') + 1
    await server.query(
      `update stream_event set recorded_at = now() - interval '${age} days' where stream_id = $1 and sequence <= 4`,
      [accountId],
    )
    const quiet = await newAccount(server, 'bob@example.com')
    for (let n = 0; n < 3; n++) await trade.change(quiet, 'purchase.paid', () => Promise.resolve())
    await server.query(`update stream_event set recorded_at = now() - interval '${age} days' where stream_id = $1`, [
      quiet,
    ])
    const deletedRows = await runRetention(server.app.context)
    expect(deletedRows['account_events']).toBe(6)
    const kept = (id: string) =>
      server.query(`select sequence::int as at from stream_event where stream_id = $1 order by 1`, [id])
    expect([await kept(accountId), await kept(quiet)]).toEqual([[{ at: 5 }, { at: 6 }], [{ at: 3 }]])
    await expectInvariants(server)
    expect((await runRetention(server.app.context))['account_events']).toBe(0)
  })

  it('deletes a long history in batches, from the start of each stream, and the events that ACCOUNT_EVENT_DAYS ends', async () => {
    const ids = await Promise.all(['eve', 'fay'].map((name) => newAccount(server, `${name}@example.com`)))
    for (const [index, id] of ids.entries()) {
      await server.query(
        `insert into stream_event (stream_id, sequence, id, account_id, type, summary, data, at, recorded_at)
         select $1, n, 'evt_' || $2::text || '-' || n, $1, 'usage.recorded', 'Used.', '{}', now(), now() - make_interval(days => (60 - n / 5)::int)
         from account a, generate_series(a.version + 1, 200) n where a.id = $1`,
        [id, index],
      )
      await server.query(
        `update stream_event set recorded_at = now() - interval '70 days' where stream_id = $1 and sequence < 5`,
        [id],
      )
      await server.query('update account set version = 200 where id = $1', [id])
    }
    const kept = () =>
      server.query<{ first: number; last: number; count: number }>(
        `select min(sequence)::int as first, max(sequence)::int as last, count(*)::int as count from stream_event
         where stream_id = any($1) group by stream_id`,
        [ids],
      )
    const configured = rulesUnder(readConfig({ ACCOUNT_EVENT_DAYS: '30' }), allDeclared.retention)
    const events = configured.find(({ name }) => name === 'account_events')!
    let batches = 0
    for (let some = 20; some === 20; batches++) {
      some = await events.deleteOld(server.app.context.database, events.days, 20)
      for (const { first, last, count } of await kept()) expect(count).toBe(last - first + 1)
    }
    // Events from 150 to 154 are 30 days old.
    expect([batches, await kept()]).toEqual([
      16,
      [
        { first: 155, last: 200, count: 46 },
        { first: 155, last: 200, count: 46 },
      ],
    ])
    expect(events.days).toBe(30)
  })

  it('deletes the start of the streams of deployments, and no events of accounts', async () => {
    const accountId = await newAccount(server, 'gil@example.com')
    const age = days('deployment_events')
    for (const [id, old] of Object.entries({ dep_all: 5, dep_some: 3, dep_none: 0 })) {
      await server.query(
        `insert into deployment (id, hash, account_id, stack, status, apps, created_at, version) values ($1::text, $1::text, $2, 's', 'PENDING', '[]', now(), 5)`,
        [id, accountId],
      )
      await server.query(
        `insert into stream_event (stream_id, sequence, id, account_id, type, summary, data, at, recorded_at)
         select $1::text, n, $1::text || n, $2, 'command.queued', 'Queued.', '{}', now(), now() - make_interval(days => case when n <= $3::int then ${age + 1} else ${age - 1} end)
         from generate_series(1, 5) n`,
        [id, accountId, old],
      )
    }
    const trade = billingRows(server)
    for (let n = 0; n < 2; n++) await trade.change(accountId, 'purchase.paid', () => Promise.resolve())
    const ofAccount = 'from stream_event where stream_id = $1'
    await server.query(
      `update stream_event set recorded_at = now() - interval '${age + 1} days' where stream_id = $1`,
      [accountId],
    )
    const before = await server.query(`select sequence ${ofAccount}`, [accountId])
    const rule = rules.find(({ name }) => name === 'deployment_events')!
    const counts: number[] = []
    do counts.push(await rule.deleteOld(server.app.context.database, rule.days, 3))
    while (counts.at(-1) === 3)
    expect(counts).toEqual([3, 3, 1])
    expect(
      await server.query(
        `select stream_id as id, array_agg(sequence::int order by sequence) as kept from stream_event where account_id = $1 and stream_id <> account_id group by 1 order by 1`,
        [accountId],
      ),
    ).toEqual([
      { id: 'dep_all', kept: [5] },
      { id: 'dep_none', kept: [1, 2, 3, 4, 5] },
      { id: 'dep_some', kept: [4, 5] },
    ])
    expect(before.length).toBeGreaterThan(1)
    expect(await server.query(`select sequence ${ofAccount}`, [accountId])).toEqual(before)
  })

  it('continues with smaller batches if a large one fails', async () => {
    const limits: number[] = []
    const large = {
      name: 'large',
      what: 'x',
      days: 1,
      batch: 20_000,
      deleteOld: (_: unknown, __: number, limit: number) => {
        limits.push(limit)
        if (limit > 5_000) return Promise.reject(new Error('on purpose'))
        return Promise.resolve(limits.length < 4 ? limit : 1)
      },
    }
    expect(await runRetention(server.app.context, [large])).toEqual({ large: 10_001 })
    expect(limits).toEqual([20_000, 5_000, 5_000, 5_000])
  })

  it('continues with the other rules if one fails', async () => {
    const failing = { name: 'failing', what: 'x', days: 1, deleteOld: () => Promise.reject(new Error('on purpose')) }
    const some = [failing, ...rules.slice(0, 1)]
    expect(await runRetention(server.app.context, some)).toEqual({ failing: 0, idempotency_keys: 0 })
  })
})
