import { allMigrations } from '#migrations/all-migrations.js'
import { examineInstallation } from '#startup/examine-installation.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { payPalEnv, PAYPAL_WEBHOOK_ID } from '#test/support/paypal.js'
import { runCommand } from '#test/support/run-command.js'

interface Finding {
  readonly check: string
  readonly status: string
  readonly found: string
  readonly todo: string | null
}

describe('Doctor', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
    await server.graphql(`{ account { id } }`, {}, await server.token('customer@example.com'))
    await eventually(
      () => server.query(`select 1 from inbox_object where pending`),
      (open) => open.length === 0,
      20_000,
    )
  })
  afterAll(() => server.close())

  const env = (): Record<string, string> => ({
    DATABASE_URL: server.databaseUrl,
    DATA_DIR: server.dataDir,
    PUBLIC_URL: server.url,
    STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
    STRIPE_WEBHOOK_SECRET: server.webhookSecret,
    STRIPE_API_URL: server.sandbox.url,
    SECRETS_KEY: 'a secrets key of the tests',
    ...payPalEnv(server.sandbox.url),
  })
  async function runDoctor(args: string[] = [], changed: Record<string, string> = {}) {
    const { code, stdout, stderr } = await runCommand('doctor', ['--json', ...args], { ...env(), ...changed })
    if (!stdout) throw new Error(stderr)
    return { code, ...(JSON.parse(stdout) as { ok: boolean; findings: Finding[] }) }
  }
  /** Findings of the command, without the seconds that a process takes to start. */
  async function examine(changed: Record<string, string> = {}) {
    const findings = await examineInstallation({ ...env(), ...changed }, false)
    return {
      ok: findings.every(({ status }) => status !== 'problem'),
      of: (check: string) => findings.filter((finding) => finding.check === check),
      findings,
    }
  }
  const stripe = async <Answer>(method: string, path: string, form: Record<string, string> = {}): Promise<Answer> => {
    const answer = await fetch(`${server.sandbox.url}/v1/${path}`, {
      method,
      headers: { authorization: 'Bearer sk_test_sandbox_server', 'content-type': 'application/x-www-form-urlencoded' },
      ...(method === 'POST' ? { body: new URLSearchParams(form) } : {}),
    })
    return (await answer.json()) as Answer
  }

  it('finds a valid installation and lists its checks', async () => {
    const { findings } = await examine()
    expect(findings.filter(({ status }) => status === 'problem')).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'configuration',
        'disk',
        'database',
        'migrations',
        'database_clock',
        'queue_inbox',
        'queue_outbox',
        'sealed_secrets',
        'public_url',
        'stripe_key',
        'stripe_key_mode',
        'stripe_webhook_endpoint',
        'stripe_clock',
        'stripe_currencies',
        'stripe_prices',
        'paypal_key',
        'paypal_webhook_endpoint',
        'paypal_currencies',
        'paypal_prices',
      ]),
    )
  })

  it('prints its findings as lines and exits with 0 if none is a problem', async () => {
    const { code, stdout } = await runCommand('doctor', [], { ...env(), SECRETS_KEY: 'a key that has sealed nothing' })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ok {6}stripe_webhook_endpoint: http.* takes every event in version 2026-10-28\.endive$/m)
  })

  it('reports an endpoint with missing events, another version, disabled, or missing', async () => {
    const { data } = await stripe<{ data: { id: string; url: string }[] }>('GET', 'webhook_endpoints')
    const [managed] = data
    await stripe('POST', `webhook_endpoints/${managed!.id}`, { disabled: 'true' })
    const off = await examine()
    expect(off.ok).toBe(false)
    expect(off.of('stripe_webhook_endpoint')).toEqual([
      expect.objectContaining({ status: 'problem', found: expect.stringContaining('is disabled') as string }),
    ])
    const { id } = await stripe<{ id: string }>('POST', 'webhook_endpoints', {
      url: managed!.url,
      'enabled_events[0]': 'invoice.paid',
      api_version: '2025-02-24.acacia',
    })
    const [events, version] = (await examine()).of('stripe_webhook_endpoint')
    expect(events!.found).toMatch(/does not receive checkout\.session\.completed, .*charge\.dispute\.created/)
    expect(version!.found).toContain('sends API version 2025-02-24.acacia, but this release reads 2026-10-28.endive')
    await stripe('DELETE', `webhook_endpoints/${id}`)
    await stripe('POST', `webhook_endpoints/${managed!.id}`, {
      disabled: 'false',
      url: 'https://elsewhere.example.com/hooks',
    })
    const [gone] = (await examine()).of('stripe_webhook_endpoint')
    expect(gone).toMatchObject({ status: 'problem', found: expect.stringContaining('no webhook endpoint') as string })
    expect(gone!.todo).toMatch(/create one .* with API version 2026-10-28\.endive with these events: checkout\.session/)
    await stripe('POST', `webhook_endpoints/${managed!.id}`, { url: managed!.url })
  })

  it('reports a price that the provider never sold or no longer sells', async () => {
    const { data } = await stripe<{ data: { id: string; lookup_key: string }[] }>('GET', 'prices?limit=100')
    const price = data.find(({ lookup_key: key }) => key?.includes('plus'))!
    await stripe('POST', `prices/${price.id}`, { active: 'false' })
    const { ok, of } = await examine()
    expect(ok).toBe(false)
    expect(of('stripe_prices')).toEqual([
      expect.objectContaining({
        status: 'problem',
        todo: expect.stringContaining('npm run catalog -- --provider stripe push') as string,
      }),
    ])
    await stripe('POST', `prices/${price.id}`, { active: 'true' })
  })

  it('checks PayPal: its key, its webhook and event types, and its plans', async () => {
    const env = payPalEnv(server.sandbox.url)
    const paypal = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
      const basic = Buffer.from(`${env['PAYPAL_CLIENT_ID']}:${env['PAYPAL_CLIENT_SECRET']}`).toString('base64')
      const granted = await fetch(`${server.sandbox.url}/paypal/v1/oauth2/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
        body: 'grant_type=client_credentials',
      })
      const { access_token: token } = (await granted.json()) as { access_token: string }
      const answer = await fetch(`${server.sandbox.url}/paypal${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(text)
      return (text ? JSON.parse(text) : null) as Answer
    }
    const webhook = `/v1/notifications/webhooks/${PAYPAL_WEBHOOK_ID}`
    const replace = (path: string, value: unknown) =>
      paypal('PATCH', webhook, [{ op: 'replace', path, value }] as never)
    await replace('/event_types', [{ name: 'PAYMENT.SALE.COMPLETED' }])
    const [{ id: plan }] = (await paypal<{ plans: [{ id: string }] }>('GET', '/v1/billing/plans')).plans
    await paypal('POST', `/v1/billing/plans/${plan}/deactivate`)
    const found = await examine()
    expect(found.ok).toBe(false)
    expect(found.of('paypal_webhook_endpoint')[0]!.found).toMatch(/does not receive CHECKOUT\.ORDER\.APPROVED, /)
    expect(found.of('paypal_prices')[0]).toMatchObject({
      status: 'problem',
      todo: expect.stringContaining('npm run catalog -- --provider paypal push') as string,
    })
    await paypal('POST', `/v1/billing/plans/${plan}/activate`)
    await replace('/event_types', [{ name: '*' }])
    expect((await examine()).of('paypal_prices')[0]!.status).toBe('ok')

    const other = await examine({ PAYPAL_WEBHOOK_ID: 'ANOTHERWEBHOOK' })
    expect(other.of('paypal_webhook_endpoint')[0]).toMatchObject({
      status: 'problem',
      todo: `set PAYPAL_WEBHOOK_ID to ${PAYPAL_WEBHOOK_ID}`,
    })
    const foreign = await examine({ PAYPAL_CLIENT_SECRET: 'not-the-secret-of-it' })
    expect(foreign.of('paypal_key')[0]).toMatchObject({
      status: 'problem',
      found: expect.stringContaining('rejected the configured client') as string,
    })
    const alone = await examine({ STRIPE_SECRET_KEY: '', STRIPE_WEBHOOK_SECRET: '', STRIPE_API_URL: '' })
    expect(alone.findings.filter(({ status }) => status === 'problem')).toEqual([])
    expect([alone.ok, alone.of('stripe_key'), alone.of('paypal_key')[0]!.status]).toEqual([true, [], 'ok'])
  })

  it('finds pending migrations, a newer release, queues without a worker, and dead letters', async () => {
    const last = allMigrations.at(-1)!.name
    await server.query(`update migration set name = name || '_hidden' where name = $1`, [last])
    const pending = await examine()
    expect(pending.of('migrations')[0]).toMatchObject({
      status: 'problem',
      found: `1 migrations are pending, first ${last}`,
    })
    expect(pending.of('everything_else')).toHaveLength(1)
    await server.query(`update migration set name = $1 where name = $1 || '_hidden'`, [last])
    await server.query(`insert into migration (name) values ('20990101T0000_ops_later')`)
    expect((await examine()).of('migrations')[0]).toMatchObject({ status: 'warning' })
    await server.query(`delete from migration where name like '2099%'`)

    await server.query(
      `insert into mail_message (id, account_id, recipient, subject, body, html, at, state, available_at, last_error, lease_until)
       select 'mml_' || state, a.id, 'x@example.com', 's', 'b', 'h', now(), state, now() - interval '10 minutes', 'no such mailbox', now() + interval '1 hour'
       from (select id from account limit 1) a, (values ('PENDING'), ('DEAD')) v(state)`,
    )
    const stuck = await examine()
    expect(stuck.of('queue_mail')[0]).toMatchObject({
      status: 'problem',
      found: expect.stringMatching(/^1 wait, the oldest for 60\d s, 1 are dead$/) as string,
    })
    const metrics = (await server.rest('GET', '/metrics')).body as unknown as string
    expect(metrics).toMatch(/^stackgate_queue_dead\{queue="mail"\} 1$/m)
    expect(metrics).toMatch(/^stackgate_queue_waiting\{queue="mail"\} 1$/m)
    await server.query(`delete from mail_message where id like 'mml_%'`)
  })

  it('reports an unreadable configuration, an unavailable database, and an unused key', async () => {
    const wrong = await examine({ STRIPE_SECRET_KEY: 'nonsense' })
    expect([wrong.ok, wrong.findings.length, wrong.of('configuration')[0]!.found]).toEqual([
      false,
      1,
      expect.stringContaining('STRIPE_SECRET_KEY: expected a key') as string,
    ])
    const away = await examine({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' })
    expect([away.ok, away.of('database')[0]!.status]).toEqual([false, 'problem'])
    const silent = await examine({ STRIPE_API_URL: 'http://127.0.0.1:1' })
    expect([silent.ok, silent.of('stripe_key')[0]!.status]).toEqual([false, 'problem'])
  })

  it('reports everything that is missing for live mode, including a first reconciliation', async () => {
    const { code, findings } = await runDoctor(['--go-live'])
    expect(code).toBe(1)
    const missing = findings.filter(({ check, status }) => check.startsWith('go_live_') && status === 'problem')
    expect(missing.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'go_live_mode',
        'go_live_key',
        'go_live_publishable_key',
        'go_live_public_url',
        'go_live_sign_in',
        'go_live_mail',
      ]),
    )
    expect(missing.every(({ todo }) => todo)).toBe(true)
    expect(findings.find(({ check }) => check === 'go_live_secrets_key')?.status).toBe('ok')
    expect(findings.find(({ check }) => check === 'go_live_database')?.status).toBe('ok')
  })
})
