import {
  claimKey,
  completeKey,
  fingerprintOf,
  type IdempotencyScope,
} from '#services/kernel/idempotency/idempotency.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import { refused } from '#services/kernel/denials/denial.js'
import { openTestDatabase, type OpenedDatabase } from '#test/support/open-database.js'
import { createDeferred, delay } from '#test/support/kernel.js'
import { execute, query } from '#test/support/plain-sql.js'

describe('idempotency keys', () => {
  let opened: OpenedDatabase
  let serial = 0
  beforeAll(async () => {
    opened = await openTestDatabase()
  })
  afterAll(() => opened.close())

  const scopeOf = (changed: Partial<IdempotencyScope> = {}): IdempotencyScope => ({
    principal: 'usr_1',
    accountId: 'acc_1',
    mutation: 'startSubscription',
    key: `key-${++serial}`,
    ...changed,
  })
  const result = { __typename: 'Checkout', id: 'chk_1' }
  const denial = denied(refused('NOT_FOR_SALE', 'Not enough.'))

  /** Calls a mutation under a key. Returns its result with the kind of the response. */
  const call = (scope: IdempotencyScope, request: object, first: () => Promise<unknown> = () => Promise.resolve()) =>
    runIdempotent(opened.database, {
      scope,
      request,
      execute: async () => {
        await first()
        return { value: 'done', reference: result }
      },
      replay: (_transaction, reference) => Promise.resolve(`again ${reference.id}`),
    })

  it('run the first call and return its result for a repetition', async () => {
    const scope = scopeOf()
    expect(await call(scope, { plan: 'plus' })).toBe('done')
    expect(await call(scope, { plan: 'plus' })).toBe('again chk_1')
  })

  it('make concurrent duplicates wait for the first call and return its result', async () => {
    const scope = scopeOf()
    const [working, begun] = [createDeferred(), createDeferred()]
    let calls = 0
    const first = call(scope, {}, () => {
      calls++
      begun.open()
      return working.opened
    })
    await begun.opened
    let answered = 0
    const duplicates = [1, 2, 3].map(async () => {
      const answer = await call(scope, {}, () => Promise.resolve(calls++))
      answered++
      return answer
    })
    await delay(100)
    expect(answered).toBe(0)
    working.open()
    expect(await first).toBe('done')
    expect(await Promise.all(duplicates)).toEqual(['again chk_1', 'again chk_1', 'again chk_1'])
    expect(calls).toBe(1)
  })

  it('are free again if the first call failed: one of the waiting calls continues', async () => {
    const scope = scopeOf()
    const [working, begun] = [createDeferred(), createDeferred()]
    const first = call(scope, {}, async () => {
      begun.open()
      await working.opened
      throw new Error('broken')
    })
    const failed = first.catch((error: unknown) => error)
    await begun.opened
    const duplicates = [1, 2, 3].map(() => call(scope, {}))
    await delay(50)
    working.open()
    expect(await failed).toEqual(new Error('broken'))
    const answers = await Promise.all(duplicates)
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'again chk_1')).toHaveLength(2)
  })

  it('store no denial: a retry after a credit purchase succeeds, without traces of the denied call', async () => {
    const scope = scopeOf()
    const once = await runIdempotent(opened.database, {
      scope,
      request: {},
      execute: async (transaction) => {
        await execute(transaction, `insert into app_user (id, subject, email) values ('usr_refused', 'x', 'x')`)
        return denial
      },
      replay: () => Promise.resolve('again'),
    })
    expect(once).toEqual(denial)
    expect(await query(opened.database, `select id from app_user where id = 'usr_refused'`)).toEqual([])
    expect(await call(scope, {})).toBe('done')
  })

  it('deny different input under the same key, and keep the first result', async () => {
    const scope = scopeOf()
    await call(scope, { plan: 'plus' })
    expect(await call(scope, { plan: 'pro' })).toMatchObject({
      kind: 'denied',
      denial: { code: 'IDEMPOTENCY_MISMATCH', field: 'idempotencyKey' },
    })
    expect(await call(scope, { plan: 'plus' })).toBe('again chk_1')
  })

  it('are scoped to caller, account and operation', async () => {
    const scope = scopeOf()
    await call(scope, {})
    for (const changed of [{ principal: 'usr_2' }, { accountId: 'acc_2' }, { mutation: 'startDeployment' }])
      expect(await call({ ...scope, ...changed }, {})).toBe('done')
  })

  it('are committed with the effects or not at all', async () => {
    const scope = scopeOf()
    await expect(
      opened.database.transaction(async (transaction) => {
        expect(await claimKey(transaction, scope, 'x')).toEqual({ kind: 'first' })
        await completeKey(transaction, scope, result)
        throw new Error('the effects failed')
      }),
    ).rejects.toThrow('the effects failed')
    expect(await call(scope, {})).toBe('done')
  })

  it.each(['', ' ', 'a b', 'ü', 'x'.repeat(256), 'a\n', '\u0000'])('deny the key %j', async (key) => {
    expect(await call(scopeOf({ key }), {})).toMatchObject({
      kind: 'denied',
      denial: { code: 'INVALID_PARAMETERS', field: 'idempotencyKey' },
    })
  })
})

describe('fingerprint of an input', () => {
  it('is independent of the field order, of null versus absent fields, and of the key', () => {
    const one = fingerprintOf({
      plan: 'plus',
      quantity: 1,
      interval: null,
      nested: { a: 1, b: [1, { c: 2, d: null }] },
    })
    const two = fingerprintOf({ nested: { b: [1, { c: 2 }], a: 1 }, idempotencyKey: 'x', quantity: 1, plan: 'plus' })
    expect(one).toBe(two)
  })

  it.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: '1' }],
    [{ a: 1 }, { b: 1 }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: { b: 1 } }, { a: { c: 1 } }],
    [{ at: new Date(0) }, { at: new Date(1) }],
    [{ a: false }, {}],
    [{ a: '' }, {}],
  ])('differs between %j and %j', (one, two) => {
    expect(fingerprintOf(one)).not.toBe(fingerprintOf(two))
  })
})
