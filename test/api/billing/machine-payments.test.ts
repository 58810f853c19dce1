import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sweepIntents } from '#services/billing/checkout/sweep-intents.js'
import { CHECKOUTS_PER_MINUTE } from '#services/billing/model/checkout-rate.js'
import { tokenCatalog } from '#test/support/ai-wrappers.js'
import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { installTools, runTool } from '#test/support/install-tools.js'
import { expectInvariants } from '#test/support/invariants.js'
import { ProgramBuyer, type Answer } from '#test/support/machine-payments/program-buyer.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { blocksOf } from '#test/support/sample-blocks.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

declare const loadBuilt: <Module>(specifier: string) => Promise<Module>

const FEATURE = 'ai_credits'
const FREE = 1000
const PACK = 10_000

describe('payments by programs', () => {
  let server: TestServer
  let buyer: ProgramBuyer
  beforeAll(async () => {
    server = await startTestServer({ start: '2025-03-05T09:20:00Z', env: { CATALOG: tokenCatalog() } })
    buyer = new ProgramBuyer(server, (await entitlementService(server)).key)
  })
  afterAll(async () => {
    await untilQuiet(server)
    await expectInvariants(server)
    await server.close()
  })

  let uses = 0
  const useOf = (account_id: string, amount = FREE + 1) => ({
    account_id,
    feature: FEATURE,
    amount,
    idempotency_key: `use-${++uses}`,
  })
  const denied = async () => {
    const body = useOf(await newAccount(server))
    const answer = await buyer.use(body)
    expect([answer.status, answer.body['code']]).toEqual([402, 'INSUFFICIENT_CREDITS'])
    return { body, challenge: answer.challenge! }
  }
  /** Purchases, payments at the provider, and units that are left. */
  const stateOf = async (account: string) => {
    const [row] = await server.query<{ purchases: number; sold: number; granted: number }>(
      `select (select count(*)::int from purchase where account_id = $1) as purchases,
        (select coalesce(sum(amount_minor), 0)::int from purchase where account_id = $1) as sold,
        (select coalesce(sum(amount - used), 0)::int from credit_grant where account_id = $1) as granted`,
      [account],
    )
    const response = await fetch(`${server.sandbox.url}/v1/payment_intents?limit=100`, {
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    })
    const { data } = (await response.json()) as { data: { status: string; metadata: Record<string, string> }[] }
    const paid = data.filter(({ status, metadata }) => status === 'succeeded' && metadata['account_id'] === account)
    return { ...row!, payments: paid.length }
  }
  const problemOf = ({ body }: Answer) => (body['payment'] as { type: string } | undefined)?.type.split('/').at(-1)

  it('are offered with the price of the pack, and keep the sign-in of the caller', async () => {
    const { challenge } = await denied()
    const request = JSON.parse(Buffer.from(challenge['request']!, 'base64url').toString()) as object
    expect(request).toMatchObject({
      amount: '500',
      currency: 'usd',
      methodDetails: { networkId: 'profile_test_sandbox', paymentMethodTypes: ['card', 'link'] },
    })
    expect(challenge).toMatchObject({ method: 'stripe', intent: 'charge', header: 'Payment-Authorization' })
    // The business clock of the sandbox is in the past: buyers compare with their own.
    expect(Date.parse(challenge['expires']!)).toBeGreaterThan(Date.now() + 60_000)
  })

  it('are announced in the description of the API, as the library of the protocol reads it', async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, object>>
    }
    const payable = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).some((operation) => 'x-payment-info' in operation) ? [path.split('/').at(-1)] : [],
    )
    expect(new Set(payable)).toEqual(new Set(['allocate', 'commit', 'consume', 'extend', 'reserve']))
    const { validate } = await loadBuilt<{ validate: (document: unknown) => object[] }>('mppx/discovery')
    expect(validate(document)).toEqual([])
  })

  it('turn a denial into a use with a receipt, once for the same credential', async () => {
    const { body, challenge } = await denied()
    const credential = await buyer.pay(challenge)
    const loggedDenials = () => server.logLines.filter((line) => line.includes('"request denied"')).length
    const before = loggedDenials()
    expect(before).toBeGreaterThan(0)
    const answers = [
      await buyer.use(body, credential),
      await buyer.use(body, credential),
      await buyer.use(body, credential),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(loggedDenials()).toBe(before)
    const [first] = answers
    expect(first!.receipt).toMatchObject({
      method: 'stripe',
      status: 'success',
      reference: expect.stringMatching(/^pi_/),
    })
    expect(answers.map(({ receipt }) => receipt)).toEqual(answers.map(() => first!.receipt))
    expect(await stateOf(body.account_id)).toEqual({
      purchases: 1,
      payments: 1,
      sold: 500,
      granted: PACK - 1,
    })
    const [purchase] = await server.query<{ id: string; paymentId: string }>(
      `select id, payment_id as "paymentId" from purchase where account_id = $1`,
      [body.account_id],
    )
    expect([first!.receipt!['externalId'], first!.receipt!['reference']]).toEqual([purchase!.id, purchase!.paymentId])
  })

  it('sell once to parallel callers with equal needs', async () => {
    const account = await newAccount(server)
    const bodies = Array.from({ length: 20 }, () => useOf(account))
    const answers = await Promise.all(bodies.map((body) => buyer.use(body)))
    expect(new Set(answers.map(({ challenge }) => challenge!['id'])).size).toBe(1)
    const paid = await Promise.all(
      bodies.map(async (body, index) => buyer.use(body, await buyer.pay(answers[index]!.challenge!))),
    )
    const state = await stateOf(account)
    expect([state.purchases, state.payments]).toEqual([1, 1])
    // The pack is enough for nine uses. No caller was offered a second one for the same credential.
    expect(paid.filter(({ status }) => status === 200).length).toBe(10)
    expect(paid.filter(({ status }) => status === 402).map(({ challenge }) => challenge)).toEqual(Array(10).fill(null))
  })

  it('spend the balance before a payment', async () => {
    const { body, challenge } = await denied()
    const answer = await buyer.use({ ...body, amount: 5 }, await buyer.pay(challenge))
    expect([answer.status, answer.receipt]).toEqual([200, null])
    expect((await stateOf(body.account_id)).payments).toBe(0)
  })

  it('refuse foreign, changed, too small, wrong, declined and malformed payments with a reason, and charge nothing', async () => {
    const { body, challenge } = await denied()
    const foreign = await denied()
    const refused = async (credential: string) => {
      const answer = await buyer.use(body, credential)
      // Nothing was charged, so that the program can pay in another way.
      expect([answer.status, answer.challenge !== null]).toEqual([402, true])
      return problemOf(answer)
    }
    const opaque = Buffer.from(JSON.stringify({ account: body.account_id })).toString('base64url')
    expect([
      await refused(await buyer.pay(foreign.challenge)),
      await refused(await buyer.pay({ ...challenge, opaque })),
      await refused(await buyer.pay({ ...challenge, expires: '2020-01-01T00:00:00.000Z' })),
      await refused(await buyer.pay(challenge, { 'usage_limits[max_amount]': '499' })),
      await refused(await buyer.pay(challenge, { 'usage_limits[currency]': 'eur' })),
      await refused(await buyer.pay(challenge, { 'usage_limits[expires_at]': '1600000000' })),
      await refused(await buyer.pay(challenge, {}, 'pm_card_chargeDeclined')),
      await refused(buyer.credential(challenge, 'spt_unknown')),
      await refused('Payment garbage'),
    ]).toEqual([
      'invalid-challenge',
      'invalid-challenge',
      'invalid-challenge',
      ...Array.from({ length: 5 }, () => 'verification-failed'),
      'malformed-credential',
    ])
    expect(await stateOf(body.account_id)).toMatchObject({ purchases: 0, payments: 0 })
    expect((await buyer.use(body, await buyer.pay(challenge))).status).toBe(200)
    expect(await stateOf(body.account_id)).toMatchObject({ purchases: 1, payments: 1 })
  })

  it('return the purchase of a lost answer, and charge it once', async () => {
    const { body, challenge } = await denied()
    const credential = await buyer.pay(challenge)
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: '/v1/payment_intents' },
      action: 'drop_after',
      times: 3,
    })
    const lost = await buyer.use(body, credential)
    expect([lost.status, lost.challenge]).toEqual([503, null])
    const answers = [await buyer.use(body, credential), await buyer.use(body, credential)]
    expect(answers.map(({ status, receipt }) => [status, receipt])).toEqual([
      [200, answers[0]!.receipt],
      [200, answers[0]!.receipt],
    ])
    expect(await stateOf(body.account_id)).toMatchObject({ purchases: 1, payments: 1 })
  })

  /** A payment without an answer, which the provider made (`drop_after`) or not. */
  const payInVain = async (action: 'drop_before' | 'drop_after') => {
    const { body, challenge } = await denied()
    const credential = await buyer.pay(challenge)
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: '/v1/payment_intents' },
      action,
      times: 3,
    })
    expect((await buyer.use(body, credential)).status).toBe(503)
    return { body, credential }
  }

  /** Columns in which a token of a program is readable. */
  const readableTokens = async () => {
    const columns = await server.query<{ table: string; column: string }>(
      `select table_name as table, column_name as column from information_schema.columns
       where table_schema = 'public' and data_type in ('text', 'jsonb', 'ARRAY')`,
    )
    const found: string[] = []
    for (const { table, column } of columns) {
      const [row] = await server.query(`select 1 from "${table}" where "${column}"::text like '%spt\\_%' limit 1`)
      if (row) found.push(`${table}.${column}`)
    }
    return found
  }

  it('keep their token sealed until its charge is known, and no longer', async () => {
    const { body, credential } = await payInVain('drop_before')
    const sealed = () =>
      server.query(`select 1 from checkout where account_id = $1 and granted_token like 'v1.%'`, [body.account_id])
    expect([await readableTokens(), (await sealed()).length]).toEqual([[], 1])
    expect((await buyer.use(body, credential)).status).toBe(200)
    expect([await readableTokens(), (await sealed()).length]).toEqual([[], 0])
  })

  it('are not offered while the outcome of another one is unknown', async () => {
    const { body, credential } = await payInVain('drop_before')
    const fresh = await buyer.use({ ...body, idempotency_key: 'fresh' })
    expect([fresh.status, fresh.challenge]).toEqual([402, null])
    expect((await buyer.use(body, credential)).status).toBe(200)
    expect(await stateOf(body.account_id)).toMatchObject({ purchases: 1, payments: 1 })
  })

  it('are not sold by an older challenge after another one', async () => {
    const { body, challenge } = await denied()
    expect((await buyer.use(body, await buyer.pay(challenge))).status).toBe(200)
    // As if the same need had been offered with another end, and that challenge was paid.
    await server.query(`update checkout set challenge_id = 'of another end' where account_id = $1`, [body.account_id])
    const next = useOf(body.account_id, PACK + 5)
    const late = await buyer.use(next, await buyer.pay(challenge))
    expect([late.status, late.challenge, late.receipt]).toEqual([402, null, null])
    expect(await stateOf(body.account_id)).toMatchObject({ purchases: 1, payments: 1 })
    expect((await buyer.use(next)).challenge).not.toBeNull()
  })

  it('are granted by the webhook although their checkout ended without an answer', async () => {
    const { body } = await payInVain('drop_after')
    await server.query(`update checkout set status = 'FAILED' where account_id = $1`, [body.account_id])
    await untilQuiet(server)
    await eventually(
      () => stateOf(body.account_id),
      ({ purchases, granted }) => purchases === 1 && granted === PACK,
      20_000,
    )
  })

  it('are tried by few tokens in a minute', async () => {
    const { body, challenge } = await denied()
    for (let number = 0; number < 40; number++)
      await buyer.use(body, buyer.credential(challenge, `spt_stolen${number}`))
    const [row] = await server.query<{ count: number }>(
      'select count(*)::int as count from checkout where account_id = $1',
      [body.account_id],
    )
    expect(row!.count).toBe(CHECKOUTS_PER_MINUTE)
    const malformed = await buyer.use(body, buyer.credential(challenge, 'spt_a\nb'))
    expect(problemOf(malformed)).toBe('malformed-credential')
  })

  it('grant the pack of a lost answer although the program never returns', async () => {
    const { body, challenge } = await denied()
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: '/v1/payment_intents' },
      action: 'drop_after',
      times: 3,
    })
    expect((await buyer.use(body, await buyer.pay(challenge))).status).toBe(503)
    await sweepIntents(server.app.context, 0)
    expect(await stateOf(body.account_id)).toEqual({ purchases: 1, payments: 1, sold: 500, granted: PACK })
  })

  it('charge 200 parallel retries of one credential once', async () => {
    const { body, challenge } = await denied()
    const credential = await buyer.pay(challenge)
    const answers = await Promise.all(Array.from({ length: 200 }, () => buyer.use(body, credential)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    // A use that is allowed between the grant and the end of the checkout has no receipt.
    expect(new Set(answers.flatMap(({ receipt }) => receipt?.['reference'] ?? [])).size).toBe(1)
    expect(await stateOf(body.account_id)).toEqual({ purchases: 1, payments: 1, sold: 500, granted: PACK - 1 })
  })

  it('are made for an operation of GraphQL, once for the same credential', async () => {
    const use = useOf(await newAccount(server))
    const refused = await buyer.useByGraphql([use])
    expect([refused.status, refused.codes, refused.receipt]).toEqual([200, ['INSUFFICIENT_CREDITS'], null])
    const credential = await buyer.pay(refused.challenge!)
    const answers = [
      await buyer.useByGraphql([use], credential),
      await buyer.useByGraphql([use], credential),
      await buyer.useByGraphql([use], credential),
    ]
    expect(answers.map(({ codes, challenge }) => [codes, challenge])).toEqual(answers.map(() => [[null], null]))
    expect(answers.map(({ receipt }) => receipt)).toEqual(answers.map(() => answers[0]!.receipt))
    expect(answers[0]!.receipt!['reference']).toMatch(/^pi_/)
    expect(await stateOf(use.account_id)).toEqual({ purchases: 1, payments: 1, sold: 500, granted: PACK - 1 })
  })

  it('are made for one of the operations of a request, and refused with a reason', async () => {
    const account = await newAccount(server)
    const uses = [useOf(account), useOf(account, PACK)]
    const { challenge } = await buyer.useByGraphql(uses)
    const bad = await buyer.useByGraphql(uses, await buyer.pay(challenge!, {}, 'pm_card_chargeDeclined'))
    expect([bad.problem, bad.challenge === null, bad.receipt]).toEqual(['verification-failed', false, null])
    const paid = await buyer.useByGraphql(uses, await buyer.pay(challenge!))
    expect([paid.codes, paid.challenge, paid.receipt === null]).toEqual([[null, 'INSUFFICIENT_CREDITS'], null, false])
    expect((await stateOf(account)).payments).toBe(1)
  })

  it('of an operation of GraphQL return the outcome of a lost answer', async () => {
    const use = useOf(await newAccount(server))
    const credential = await buyer.pay((await buyer.useByGraphql([use])).challenge!)
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: '/v1/payment_intents' },
      action: 'drop_after',
      times: 3,
    })
    const lost = await buyer.useByGraphql([use], credential)
    expect([lost.codes, lost.challenge]).toEqual([['PROVIDER_UNAVAILABLE'], null])
    expect((await buyer.useByGraphql([use], credential)).codes).toEqual([null])
    expect(await stateOf(use.account_id)).toMatchObject({ purchases: 1, payments: 1 })
  })

  it('end without a customer or a page if their token was deleted with the account', async () => {
    const { body } = await payInVain('drop_before')
    await server.query(`update checkout set granted_token = null where account_id = $1`, [body.account_id])
    await sweepIntents(server.app.context, 0)
    const rows = await server.query(
      `select c.status, b.customer_id from checkout c left join billing_customer b on b.account_id = c.account_id where c.account_id = $1`,
      [body.account_id],
    )
    expect(rows).toEqual([{ status: 'FAILED', customer_id: null }])
  })

  it('are refunded like all purchases', async () => {
    const { body, challenge } = await denied()
    const { receipt } = await buyer.use(body, await buyer.pay(challenge))
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const { errors } = await server.graphql(
      `mutation ($id: ID!) { refundPurchase(id: $id, reason: "A test.", key: "refund") { denial { code } } }`,
      { id: receipt!['externalId'] },
      operator,
    )
    expect(errors).toBeUndefined()
    await untilQuiet(server)
    const [purchase] = await server.query<{ status: string }>(`select status from purchase where account_id = $1`, [
      body.account_id,
    ])
    expect(purchase!.status).toBe('REFUNDED')
  })

  it('end at the number of purchases of a day', async () => {
    const account = await newAccount(server)
    const [known] = await server.query<{ id: string }>(`select id from checkout where challenge_id is not null limit 1`)
    await server.query(
      `insert into checkout select (jsonb_populate_record(c, jsonb_build_object('id', c.id || n, 'account_id', $1::text, 'challenge_id', 'c' || n, 'session_id', 'pi_old' || n))).*
       from checkout c cross join generate_series(1, 20) n where c.id = $2`,
      [account, known!.id],
    )
    const answer = await buyer.use(useOf(account))
    expect([answer.status, answer.challenge]).toEqual([402, null])
    await server.query(`delete from checkout where account_id = $1`, [account])
  })

  it('are made by the unchanged client of the protocol in one call', async () => {
    const folder = await installTools('test/support/machine-payments')
    const account = await newAccount(server)
    const run = async (body: object, method = 'pm_card_visa') => {
      const input = {
        url: `${server.url}/api/v1/entitlements/consume`,
        key: buyer.key,
        body,
        sandbox: server.sandbox.url,
        sandboxKey: 'sk_test_sandbox_server',
        method,
      }
      const { output } = await runTool('node', [join(folder, 'pay.mjs'), JSON.stringify(input)], { cwd: folder })
      return JSON.parse(output) as { statuses: number[]; status: number; receipt: string | null; tokens: string[] }
    }
    const paid = await run(useOf(account))
    expect([paid.statuses, paid.tokens.length, paid.receipt !== null]).toEqual([[402, 200], 1, true])
    // A use that no pack covers is denied after the payment, and not paid again.
    const large = await run(useOf(account, FREE + 3 * PACK))
    expect(large.tokens.length).toBeLessThanOrEqual(1)
    expect((await stateOf(account)).payments).toBe(1 + large.tokens.length)
  })

  /** Runs a block of docs/machine-payments.md, with values in the place of its samples. */
  const runBlock = async (index: number, values: Readonly<Record<string, string>>, before: string, after: string) => {
    const folder = await installTools('test/support/machine-payments')
    let { code } = blocksOf('docs/machine-payments.md').filter(({ language }) => language === 'js')[index]!
    for (const [sample, value] of Object.entries(values)) {
      expect(code).toContain(sample)
      code = code.replace(sample, value)
    }
    const program = `import { tokensOf } from './tokens.mjs'
      const [paymentMethod, key] = ['pm_card_visa', '${buyer.key}']
      const createToken = tokensOf('${server.sandbox.url}', 'sk_test_sandbox_server')
      ${before}
      ${code}
      ${after}`
    const file = join(folder, `page-${index}.mjs`)
    writeFileSync(file, program)
    return (await runTool('node', [file], { cwd: folder })).output.trim()
  }

  it('are made by the program of docs/machine-payments.md', async () => {
    const account = await newAccount(server)
    const values = {
      'https://billing.example.com': server.url,
      'person:agent-7': account,
      'amount: 5': `amount: ${FREE + 1}`,
    }
    const output = await runBlock(
      0,
      values,
      '',
      `console.log(response.status, response.headers.has('payment-receipt'))`,
    )
    expect(output).toBe('200 true')
    expect((await stateOf(account)).payments).toBe(1)
  })

  it('are made by its program for GraphQL', async () => {
    const account = await newAccount(server)
    const query = `mutation { consume(input: { accountId: "${account}", feature: "${FEATURE}", amount: ${FREE + 1} }, key: "one") { denial { code } } }`
    const before = `const consume = async (headers) => {
        const response = await fetch('${server.url}/graphql', {
          method: 'POST',
          headers: { ...headers, authorization: 'Bearer ' + key, 'content-type': 'application/json' },
          body: JSON.stringify({ query: ${JSON.stringify(query)} }),
        })
        return response.json()
      }`
    const output = await runBlock(
      1,
      {},
      before,
      'console.log(paid.data.consume.denial, paid.extensions.payment.receipt.length > 0)',
    )
    expect(output).toBe('null true')
    expect((await stateOf(account)).payments).toBe(1)
  })
})

describe('an installation without payments by programs', () => {
  it('offers nothing to them', async () => {
    const server = await startTestServer({
      env: { CATALOG: tokenCatalog(), MODULES: 'core,operations,billing,stripe,paypal,marketplace,deployments' },
    })
    const service = await entitlementService(server)
    const buyer = new ProgramBuyer(server, service.key)
    const use = { account_id: await newAccount(server), feature: FEATURE, amount: FREE + 1, idempotency_key: 'one' }
    const answer = await buyer.use(use)
    expect([answer.status, answer.challenge]).toEqual([402, null])
    const document = await (await fetch(`${server.url}/openapi.json`)).text()
    expect(document).not.toContain('x-payment-info')
    await server.close()
  })
})
