import { AppError } from '#services/kernel/errors/app-error.js'
import { createLogger, redactText } from '#services/kernel/logger/logger.js'
import { createQueryBuilder } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { createServiceKey } from '#services/identity/tokens/service-keys.js'
import { createSources } from '#services/kernel/context/sources.js'

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = []
  write(createLogger('trace', { write: (line) => void lines.push(line) }))
  return lines.join('')
}

const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln-bmF0_dXJl'

describe('log', () => {
  it('is one JSON line per call, with time and level', () => {
    const line = JSON.parse(logged((log) => log.info({ requestId: 'r1' }, 'hello'))) as Record<string, unknown>
    expect(line).toMatchObject({ level: 30, requestId: 'r1', msg: 'hello' })
    expect(line['time']).toMatch(/^\d{4}-\d\d-\d\dT/)
  })

  it.each([
    ['a Stripe key', 'sk_test_51Habc', 'refused sk_test_51Habc by Stripe'],
    ['a restricted key', 'rk_live_51Habc', 'key=rk_live_51Habc'],
    ['a key made from random text', 'sk_test_sandbox_a-b_c-d', 'key sk_test_sandbox_a-b_c-d.'],
    ['a webhook secret', 'whsec_ab/c+d=', 'tried whsec_ab/c+d= first'],
    ['a user token', JWT, `token ${JWT} expired`],
    ['a bearer token', 'abc.def-ghi', 'Authorization: Bearer abc.def-ghi'],
    ['a database address', 'hunter2', 'connect to postgres://user:hunter2@db:5432/x failed'],
  ])('hides %s in free text', (_what, secret, text) => {
    expect(redactText(text)).not.toContain(secret)
    expect(redactText(text)).not.toContain(secret.slice(-3))
    expect(logged((log) => log.info(text))).not.toContain(secret)
    expect(logged((log) => log.error({ err: new Error(text) }, 'failed'))).not.toContain(secret)
    expect(logged((log) => log.error({ err: new Error('outer', { cause: new Error(text) }) }, 'failed'))).not.toContain(
      secret,
    )
    expect(
      logged((log) => log.error({ err: new AppError('INTERNAL', 'x', { internal: text }) }, 'failed')),
    ).not.toContain(secret)
    expect(logged((log) => log.error({ err: text }, 'failed'))).not.toContain(secret)
  })

  it('hides a service key with any random characters', async () => {
    const database = {
      newId: createSources().newId,
      query: createQueryBuilder(() => Promise.resolve({ rows: [], rowCount: 1 })),
    } as Sql
    for (let attempt = 0; attempt < 50; attempt++) {
      const key = await createServiceKey(database, 'sandbox', {
        name: 'x',
        scopes: [],
        accountId: null,
      })
      const secret = key.slice(-43)
      const line = logged((log) => log.info(`refused ${key}`))
      expect([secret, line.includes(secret.slice(-8))]).toEqual([secret, false])
    }
  })

  it('keeps the rest of a message readable', () => {
    expect(redactText('refused sk_test_1 for acc_2, try again')).toBe('refused [redacted] for acc_2, try again')
    expect(redactText('nothing secret in sk_ or Bearer of news')).toContain('nothing secret in sk_')
  })

  const secretNames = [
    'authorization',
    'password',
    'secret',
    'token',
    'enrolmentToken',
    'stripe-signature',
    'x-agent-signature',
    'cookie',
  ]

  it.each(secretNames)('removes %s at any depth', (name) => {
    const secret = 'very-secret-value'
    const fields = { [name]: secret, headers: { [name]: [secret] }, request: { headers: { [name]: { secret } } } }
    const line = logged((log) => log.info({ ...fields, list: [[fields], { toJSON: () => fields }] }, 'x'))
    expect(line).not.toContain(secret)
    expect(line.match(/"\[redacted\]"/g)).toHaveLength(9)
  })

  it.each(secretNames)('removes %s from the bindings of child loggers', (name) => {
    const secret = 'very-secret-value'
    const line = logged((log) =>
      log
        .child({ requestId: 'r1', [name]: secret })
        .child({ request: { [name]: secret } })
        .info('x'),
    )
    expect(line).not.toContain(secret)
    expect(JSON.parse(line)).toMatchObject({ requestId: 'r1', [name]: '[redacted]', request: { [name]: '[redacted]' } })
  })

  it('keeps dates, lists, and objects that refer to each other in a circle', () => {
    const parent: Record<string, unknown> = { list: [1, null, 'x'], at: new Date(0) }
    parent['child'] = { parent }
    const line = JSON.parse(logged((log) => log.info({ parent, missing: undefined }, 'x'))) as Record<string, unknown>
    expect(line['parent']).toMatchObject({ list: [1, null, 'x'], at: '1970-01-01T00:00:00.000Z' })
    expect(line).not.toHaveProperty('missing')
  })

  it('keeps name, code, constraint, stack and cause of an error', () => {
    const cause = Object.assign(new Error('duplicate key'), { code: '23505', constraint: 'plan_code' })
    const { err } = JSON.parse(
      logged((log) => log.error({ err: new AppError('CONFLICT', 'twice', { cause }) }, 'x')),
    ) as {
      err: Record<string, unknown>
    }
    expect(err).toMatchObject({ type: 'AppError', code: 'CONFLICT', cause: { code: '23505', constraint: 'plan_code' } })
    expect(err['stack']).toContain('logger.test.ts')
  })

  it('is silent below its level', () => {
    const lines: string[] = []
    createLogger('warn', { write: (line) => void lines.push(line) }).info('hello')
    expect(lines).toEqual([])
  })
})
