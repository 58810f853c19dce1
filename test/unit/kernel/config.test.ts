import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '#services/kernel/config/config.js'
import { allDeclared } from '#modules/all-declarations.js'
import { misspelledModuleSettings, readSettings } from '#services/kernel/config/module-settings.js'
import { misspelledSettings } from '#services/kernel/config/settings.js'
import { misspellings, unnamed } from '#test/support/misspellings.js'
import { SAMPLE } from '#test/support/sample.js'
import { environment } from '#services/kernel/config/environment.js'
import { AppError } from '#services/kernel/errors/app-error.js'

const LIVE = {
  STRIPE_SECRET_KEY: 'sk_live_123',
  STRIPE_WEBHOOK_SECRET: 'whsec_abc',
  AUTH_JWKS_URL: 'https://id.example.com/jwks',
  SECRETS_KEY: 'a passphrase of the server',
  DATABASE_URL: 'postgres://db.example.com/stackgate',
}
const TEST = { STRIPE_SECRET_KEY: 'sk_test_123', STRIPE_WEBHOOK_SECRET: 'whsec_abc' }

/** Problems of a rejected configuration, one line each. */
function problemsOf(env: Record<string, string>): string[] {
  try {
    readSettings(allDeclared.settings, readConfig(env))
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).toBe('CONFIGURATION')
    return (error as Error).message.split('\n').map((line) => line.trim())
  }
  throw new Error(`accepted: ${JSON.stringify(env)}`)
}

describe('configuration', () => {
  it(`names the setting that a name resembles, in the environment (${SAMPLE})`, () => {
    const all = [...misspellings(), 'CATALOGUE', 'DATABSE_URL']
    const { warnings } = readConfig(Object.fromEntries(all.map((name) => [name, 'x'])))
    expect(unnamed(all, warnings)).toEqual([])
    expect(warnings).toContain('DATABSE_URL is unknown. Did you mean DATABASE_URL?')
  })

  it('names the setting of a module that a name resembles, and every wrong value', () => {
    const config = readConfig({ VENDOR_PAYOUT: 'stripe', ALLOWED_COMMAND: 'date', HOME: '/', VAULT_TOKEN: 'x' })
    expect(misspelledModuleSettings(allDeclared.settings, config)).toEqual([
      'VENDOR_PAYOUT is unknown. Did you mean VENDOR_PAYOUTS?',
      'ALLOWED_COMMAND is unknown. Did you mean ALLOWED_COMMANDS?',
    ])
    expect(problemsOf({ VAULT_TOKEN: 'x' }).slice(1)).toEqual(['VAULT_ADDR: missing; Vault requires both'])
    expect(problemsOf({ AMQP_URL: 'http://broker', VENDOR_PAYOUTS: 'paypal' }).slice(1)).toEqual([
      expect.stringMatching(/^VENDOR_PAYOUTS: /),
      'AMQP_URL: expected amqp://… or amqps://…',
    ])
  })

  it('finds no setting in the usual names of an environment', () => {
    const usual =
      'API_KEY API_URL APP_ENV APP_NAME AWS_REGION BASE_URL BASH_ENV CI COLUMNS COLORTERM DB_HOST DB_PORT DEBUG DISPLAY EDITOR GOPATH HISTSIZE HOSTNAME HOME LANG LC_ALL LOGNAME NODE_ENV NODE_OPTIONS OLDPWD MAIL MAIL_HOST MAIL_PORT NO_PROXY HTTP_PROXY HTTPS_PROXY PAGER PATH PGDATABASE PGHOST PGPASSWORD PGPORT PGUSER PWD REDIS_URL SENTRY_DSN SHELL SHLVL SMTP_HOST SMTP_PORT TERM TMPDIR TZ USER XDG_DATA_DIRS'
    expect(misspelledSettings([...usual.split(' '), ...Object.keys(environment.shape)])).toEqual([])
  })

  it('uses no webhook secret of Stripe without its key, neither at the start nor later', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-config-'))
    const file = join(folder, 'secret')
    writeFileSync(file, 'whsec_abc')
    for (const given of [{ STRIPE_WEBHOOK_SECRET: 'whsec_abc' }, { STRIPE_WEBHOOK_SECRET_FILE: file }]) {
      const { stripe, secretFiles, warnings } = readConfig(given)
      expect([stripe, secretFiles.stripeWebhookSecret]).toEqual([null, null])
      expect(warnings).toContain('STRIPE_WEBHOOK_SECRET is ignored: it is used only with STRIPE_SECRET_KEY')
    }
    const { STRIPE_SECRET_KEY } = TEST
    const used = readConfig({ STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET_FILE: file })
    expect([used.stripe?.webhookSecrets, used.secretFiles.stripeWebhookSecret]).toEqual([['whsec_abc'], file])
    rmSync(folder, { recursive: true })
  })

  it('requires nothing for a local sandbox', () => {
    expect(readConfig({})).toMatchObject({
      mode: 'sandbox',
      role: 'all',
      host: '127.0.0.1',
      port: 4000,
      databaseUrl: null,
      catalog: 'try-direct',
      stripe: null,
      issuers: [],
      sandbox: { port: 4010, token: null, start: true },
      warnings: [],
    })
    expect(readConfig({}).publicUrl.href).toBe('http://127.0.0.1:4000/')
  })

  it('reports all wrong values together', () => {
    const problems = problemsOf({
      MODE: 'staging',
      ROLE: 'cron',
      PORT: 'http',
      SANDBOX_PORT: '70000',
      PUBLIC_URL: 'ftp://example.com',
      APP_URL: 'https://somebody@example.com',
      DATABASE_URL: 'mysql://db/x',
      STRIPE_SECRET_KEY: 'secret',
      STRIPE_PUBLISHABLE_KEY: 'sk_test_1',
      STRIPE_WEBHOOK_SECRET: 'whsec_a, abc',
      SECRETS_KEY: 'short',
      SANDBOX_TOKEN: 'short',
      LOG_LEVEL: 'loud',
    })
    expect(problems[0]).toBe('the configuration is not usable:')
    expect(
      problems
        .slice(1)
        .map((line) => line.split(':')[0])
        .toSorted((a, b) => a!.localeCompare(b!)),
    ).toEqual([
      'APP_URL',
      'DATABASE_URL',
      'LOG_LEVEL',
      'MODE',
      'PORT',
      'PUBLIC_URL',
      'ROLE',
      'SANDBOX_PORT',
      'SANDBOX_TOKEN',
      'SECRETS_KEY',
      'STRIPE_PUBLISHABLE_KEY',
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRET',
    ])
  })

  it('requires complete PayPal credentials of its own mode', () => {
    const paypal = {
      PAYPAL_CLIENT_ID: 'AbcClientOfAnApp',
      PAYPAL_CLIENT_SECRET: 'SecretOfThatApp',
      PAYPAL_WEBHOOK_ID: '5GP028458E2496506',
    }
    expect(readConfig({}).paypal).toBeNull()
    expect(readConfig({ ...TEST, ...paypal }).paypal).toEqual({
      clientId: 'AbcClientOfAnApp',
      clientSecret: 'SecretOfThatApp',
      webhookId: '5GP028458E2496506',
      apiUrl: 'https://api-m.sandbox.paypal.com',
      rootCertificate: null,
    })
    expect(readConfig({ ...LIVE, ...paypal }).paypal?.apiUrl).toBe('https://api-m.paypal.com')
    const standIn = { ...paypal, PAYPAL_CLIENT_ID: 'sandbox-client-1' }
    expect(readConfig({ ...standIn, SANDBOX_PORT: '4711' }).paypal?.apiUrl).toBe('http://127.0.0.1:4711/paypal')
    const named = (env: Record<string, string>) => problemsOf(env).slice(1)
    const { PAYPAL_WEBHOOK_ID: _id, ...partial } = paypal
    expect(named({ ...TEST, ...partial })[0]).toMatch(/^PAYPAL_WEBHOOK_ID: missing/)
    expect(named({ ...TEST, ...standIn })[0]).toMatch(/^PAYPAL_CLIENT_ID: a client id of the sandbox/)
    expect(named(paypal)[0]).toMatch(/^PAYPAL_CLIENT_ID: the sandbox accepts only/)
    expect(named({ ...TEST, ...paypal, PAYPAL_API_URL: 'https://api-m.paypal.com' })[0]).toMatch(
      /^PAYPAL_API_URL: the live/,
    )
    expect(named({ ...LIVE, ...paypal, PAYPAL_API_URL: 'http://127.0.0.1:1/x' })[0]).toMatch(
      /^PAYPAL_API_URL: not allowed in live mode/,
    )
    expect(named({ ...TEST, ...paypal, PAYPAL_ROOT_CERTIFICATE: '/no/such/file' })[0]).toMatch(
      /^PAYPAL_ROOT_CERTIFICATE: /,
    )
  })

  it('sells by Stripe, PayPal or both, and requires one in test and live mode', () => {
    const paypal = {
      PAYPAL_CLIENT_ID: 'AbcClientOfAnApp',
      PAYPAL_CLIENT_SECRET: 'SecretOfThatApp',
      PAYPAL_WEBHOOK_ID: '5GP028458E2496506',
    }
    const { STRIPE_SECRET_KEY: _key, STRIPE_WEBHOOK_SECRET: _secret, ...unsold } = LIVE
    for (const mode of ['test', 'live'] as const) {
      const alone = readConfig({ ...unsold, ...paypal, MODE: mode })
      expect([alone.mode, alone.stripe, alone.paypal?.clientId]).toEqual([mode, null, 'AbcClientOfAnApp'])
      expect(problemsOf({ ...unsold, MODE: mode }).slice(1)).toEqual([
        expect.stringMatching(new RegExp(`^STRIPE_SECRET_KEY: missing; ${mode} mode needs .* or of PayPal`)),
      ])
      expect(problemsOf({ ...unsold, ...paypal, MODE: mode, VENDOR_PAYOUTS: 'stripe' }).slice(1)).toEqual([
        expect.stringMatching(/^VENDOR_PAYOUTS: stripe requires STRIPE_SECRET_KEY/),
      ])
      const { PAYPAL_WEBHOOK_ID: _id, ...partial } = paypal
      expect(problemsOf({ ...unsold, ...partial, MODE: mode }).slice(1)).toEqual([
        expect.stringMatching(/^PAYPAL_WEBHOOK_ID: missing/),
      ])
    }
    // Without a mode it is unknown to which mode the keys belong.
    expect(problemsOf({ ...unsold, ...paypal }).slice(1)).toEqual([expect.stringContaining('MODE=test or MODE=live')])
  })

  it('contains no secrets in its errors', () => {
    const text = problemsOf({
      STRIPE_SECRET_KEY: 'hunter2hunter2',
      SECRETS_KEY: 'tooshort',
      SANDBOX_TOKEN: 'leaky',
    }).join()
    expect(text).not.toMatch(/hunter2|tooshort|leaky/)
  })

  it('treats a blank value as missing', () => {
    expect(readConfig({ PORT: ' ', STRIPE_SECRET_KEY: '', MODE: '' })).toMatchObject({ port: 4000, mode: 'sandbox' })
  })

  it('accepts the names of earlier systems, with lower precedence', () => {
    const env = { ...TEST, NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY: 'pk_test_theirs' }
    expect(readConfig(env).stripe?.publishableKey).toBe('pk_test_theirs')
    expect(readConfig({ ...env, STRIPE_PUBLISHABLE_KEY: 'pk_test_ours' }).stripe?.publishableKey).toBe('pk_test_ours')
    const stacker = {
      STACKER_SERVICE_TOKEN: 'bearer-token-from-user-service',
      STACKER_CLIENT_ID: 'from-user-service',
      STACKER_CLIENT_SECRET: 'secret-from-user-service',
    }
    for (const name of ['URL_SERVER_USER', 'USER_SERVICE_BASE_URL', 'USER_SERVICE_URL']) {
      const { userService, serviceToken, serviceClient } = readConfig({ ...stacker, [name]: 'http://user:4100' })
      expect([userService?.url.href, userService?.tokenUrl.href, serviceToken, serviceClient]).toEqual([
        'http://user:4100/',
        'http://user:4100/oauth/token',
        'bearer-token-from-user-service',
        { id: 'from-user-service', secret: 'secret-from-user-service' },
      ])
    }
  })

  it('reports that this server replaces the Payment Service', () => {
    expect(readConfig({ URL_SERVER_PAYMENT: 'http://payment:8000/' }).warnings).toEqual([
      'URL_SERVER_PAYMENT is ignored: Stackgate replaces the Payment Service',
    ])
  })

  it('names problems in the settings of integrations', () => {
    expect(
      problemsOf({
        USER_SERVICE_URL: 'user:4100',
        SERVICE_TOKEN: 'short',
        USER_SERVICE_OWNS_ENTITLEMENTS: 'perhaps',
        USER_SERVICE_PLANS: 'plus',
      })
        .slice(1)
        .map((problem) => problem.split(':')[0]),
    ).toEqual(['USER_SERVICE_URL', 'USER_SERVICE_OWNS_ENTITLEMENTS', 'USER_SERVICE_PLANS', 'SERVICE_TOKEN'])
    expect(problemsOf({ SERVICE_CLIENT_ID: 'x' })).toContain(
      'SERVICE_CLIENT_SECRET: missing; client credentials require both',
    )
  })

  it('accepts the name that an earlier system has for the parent page', () => {
    const url = 'https://parent.example.com/app'
    expect(readConfig({ NEXT_PUBLIC_PARENT_APP_URL: url }).parentAppUrl?.href).toBe(url)
    const own = { PARENT_APP_URL: 'https://own.example.com/', NEXT_PUBLIC_PARENT_APP_URL: url }
    expect(readConfig(own).parentAppUrl?.href).toBe('https://own.example.com/')
  })

  it('warns of settings without effect', () => {
    const { warnings, mode } = readConfig({
      PLAN_TIER: 'enterprise',
      AGENT_BASE_URL: 'http://agent:5000',
      URL_SERVER_PAYMENT: 'http://payments',
      STRIPE_PRICE_ID_PRO: 'price_1',
      STRIPE_PRICE_ID_SCALE: 'price_2',
    })
    expect(warnings.map((warning) => warning.split(' is ignored: ')[0])).toEqual([
      'PLAN_TIER',
      'AGENT_BASE_URL',
      'URL_SERVER_PAYMENT',
      'STRIPE_PRICE_ID_PRO',
      'STRIPE_PRICE_ID_SCALE',
    ])
    expect(mode).toBe('sandbox')
  })

  it.each([
    [{ NODE_ENV: 'production' }, 'sandbox'],
    [{ ...LIVE, NODE_ENV: 'development' }, 'live'],
  ])('ignores NODE_ENV: %o', (env, mode) => {
    expect(readConfig(env).mode).toBe(mode)
  })

  it.each([
    ['no key at all', {}, 'sandbox'],
    ["the sandbox's key", { ...TEST, STRIPE_SECRET_KEY: 'sk_test_sandbox_x' }, 'sandbox'],
    ['a test key', TEST, 'test'],
    ['a restricted test key', { ...TEST, STRIPE_SECRET_KEY: 'rk_test_1' }, 'test'],
    ['a live key', LIVE, 'live'],
    ['a restricted live key', { ...LIVE, STRIPE_SECRET_KEY: 'rk_live_1' }, 'live'],
    ['a live key and MODE', { ...LIVE, MODE: 'live' }, 'live'],
  ])('derives the mode from %s', (_what, env: Record<string, string>, mode) => {
    expect(readConfig(env).mode).toBe(mode)
  })

  it.each([
    ['a live key in sandbox mode', { ...LIVE, MODE: 'sandbox' }, 'STRIPE_SECRET_KEY: a live key, but MODE is sandbox'],
    ['a live key in test mode', { ...LIVE, MODE: 'test' }, 'STRIPE_SECRET_KEY: a live key, but MODE is test'],
    ['a test key in live mode', { ...LIVE, ...TEST, MODE: 'live' }, 'STRIPE_SECRET_KEY: a test key, but MODE is live'],
    ['a test key in sandbox mode', { ...TEST, MODE: 'sandbox' }, 'STRIPE_SECRET_KEY: a test key, but MODE is sandbox'],
    [
      "the sandbox's key in live mode",
      { ...LIVE, STRIPE_SECRET_KEY: 'sk_test_sandbox_1', MODE: 'live' },
      'STRIPE_SECRET_KEY: a sandbox key, but MODE is live',
    ],
    [
      'a test page with a live key',
      { ...LIVE, STRIPE_PUBLISHABLE_KEY: 'pk_test_1' },
      'STRIPE_PUBLISHABLE_KEY: a test key, but the mode is live',
    ],
    [
      'a live page with a test key',
      { ...TEST, STRIPE_PUBLISHABLE_KEY: 'pk_live_1' },
      'STRIPE_PUBLISHABLE_KEY: a live key, but the mode is test',
    ],
    [
      'a live page with no key',
      { STRIPE_PUBLISHABLE_KEY: 'pk_live_1' },
      'STRIPE_PUBLISHABLE_KEY: a live key, but the mode is sandbox',
    ],
  ])('rejects %s by name', (_what, env: Record<string, string>, problem) => {
    expect(problemsOf(env).join('\n')).toContain(problem)
  })

  it('rejects a Stripe replacement in live mode and accepts it in test mode', () => {
    const standIn = { STRIPE_API_URL: 'http://127.0.0.1:4010' }
    expect(problemsOf({ ...LIVE, ...standIn })).toContain('STRIPE_API_URL: not allowed in live mode')
    expect(readConfig({ ...TEST, ...standIn }).stripe?.apiUrl?.href).toBe('http://127.0.0.1:4010/')
    expect(readConfig(TEST).stripe?.apiUrl).toBeNull()
    expect(readConfig(LIVE).stripe?.apiUrl).toBeNull()
  })

  it('rejects a Stripe key without a webhook secret', () => {
    for (const key of ['sk_test_sandbox_1', 'sk_test_1', 'sk_live_1'])
      expect(problemsOf({ ...LIVE, STRIPE_SECRET_KEY: key, STRIPE_WEBHOOK_SECRET: '' })).toContain(
        'STRIPE_WEBHOOK_SECRET: missing; webhooks cannot be verified without it',
      )
  })

  it('accepts several webhook secrets during a rotation', () => {
    expect(readConfig({ ...TEST, STRIPE_WEBHOOK_SECRET: 'whsec_old, whsec_new' }).stripe?.webhookSecrets).toEqual([
      'whsec_old',
      'whsec_new',
    ])
  })

  it('reports everything that live mode lacks', () => {
    expect(
      problemsOf({ MODE: 'live' })
        .slice(1)
        .map((line) => line.split(':')[0]),
    ).toEqual(['STRIPE_SECRET_KEY', 'AUTH_JWKS_URL', 'SECRETS_KEY'])
    const { DATABASE_URL: _, ...embedded } = LIVE
    expect(readConfig(embedded).warnings).toEqual([expect.stringMatching(/^DATABASE_URL is not set/)])
  })

  it('reports invalid keys together with missing ones', () => {
    const problems = problemsOf({ MODE: 'live', STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_PUBLISHABLE_KEY: 'pk_test_1' })
    expect(problems.slice(1).map((line) => line.split(':')[0])).toEqual([
      'STRIPE_SECRET_KEY',
      'STRIPE_PUBLISHABLE_KEY',
      'STRIPE_WEBHOOK_SECRET',
      'AUTH_JWKS_URL',
      'SECRETS_KEY',
    ])
  })

  it('requires a shared database for a process of one role', () => {
    for (const ROLE of ['api', 'worker'])
      expect(problemsOf({ ROLE })).toContain(
        `DATABASE_URL: missing; ROLE=${ROLE} shares a database with other processes`,
      )
  })

  it('requires a shared sandbox for a process of one role', () => {
    const shared = { DATABASE_URL: 'postgres://localhost/stackgate', ROLE: 'worker' }
    expect(problemsOf(shared)).toContainEqual(expect.stringMatching(/^STRIPE_SECRET_KEY: missing; with ROLE=worker/))
  })

  it('builds URLs from its settings, with a prefix and for IPv6', () => {
    expect(readConfig({ PUBLIC_URL: 'https://example.com/stacker' }).publicUrl.href).toBe(
      'https://example.com/stacker/',
    )
    expect(readConfig({ HOST: '::1', PORT: '4100' }).publicUrl.href).toBe('http://[::1]:4100/')
    const { returnUrlHosts, corsOrigins } = readConfig({
      APP_URL: 'https://app.example.com/start',
      RETURN_URL_HOSTS: 'a.example.com, b.example.com',
    })
    expect(returnUrlHosts).toEqual(['app.example.com', 'a.example.com', 'b.example.com'])
    expect(corsOrigins).toEqual(['https://app.example.com'])
  })
})
