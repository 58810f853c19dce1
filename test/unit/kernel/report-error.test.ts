import { AppError } from '#services/kernel/errors/app-error.js'
import { reportError } from '#services/kernel/errors/report-error.js'
import { createLogger } from '#services/kernel/logger/logger.js'

function report(error: unknown, isSandbox = false) {
  const lines: string[] = []
  const log = createLogger('info', { write: (line) => void lines.push(line) })
  return { answer: reportError(log, error, 'req-1', isSandbox), log: lines.join('') }
}

describe('public errors', () => {
  it('contains code, message, status and fields, without internal text', () => {
    const error = new AppError('NOT_FOUND', 'Plan not found.', {
      internal: 'row 17',
      details: { field: 'plan' },
    })
    const { answer, log } = report(error)
    expect(answer).toEqual({
      code: 'NOT_FOUND',
      message: 'Plan not found.',
      status: 404,
      error: 'Not found',
      fields: { field: 'plan' },
    })
    expect(log).toContain('row 17')
    expect(log).toContain('req-1')
  })

  it.each([
    ['a bug', new TypeError("Cannot read properties of undefined (reading 'secret')")],
    ['a constraint', Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (email)=(a@b)' })],
    ['a configuration error', new AppError('CONFIGURATION', 'SECRETS_KEY: wrong')],
    ['something that is no error', 'secret'],
    ['nothing', undefined],
    ['null', null],
  ])('contains nothing of %s but its request ID', (_what, error) => {
    const { answer, log } = report(error)
    expect(answer).toMatchObject({ code: 'INTERNAL', status: 500, fields: {} })
    expect(JSON.stringify(answer)).not.toMatch(/secret|duplicate|email|SECRETS_KEY/)
    expect(log).toContain('request failed')
    expect(log).toContain('req-1')
  })

  it.each([
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' }),
    Object.assign(new Error('too many clients'), { code: '53300' }),
    new Error('Connection terminated unexpectedly'),
    new Error('Connection terminated due to connection timeout'),
    new Error('Client has encountered a connection error and is not queryable'),
    new Error('timeout exceeded when trying to connect'),
  ])('is "try again" if the database is unavailable: $message', (error) => {
    const { answer, log } = report(error)
    expect(answer).toMatchObject({ code: 'UNAVAILABLE', status: 503 })
    expect(log).toContain(error.message)
  })

  it('is logged in a sandbox with its text, its fields and its cause', () => {
    const error = new AppError('NOT_FOUND', 'Plan not found.', { internal: 'row 17', details: { field: 'plan' } })
    const line = JSON.parse(report(error, true).log) as object
    expect(line).toMatchObject({ code: 'NOT_FOUND', message: 'Plan not found.', field: 'plan', internal: 'row 17' })
  })

  it('is logged once, and client errors only with useful details', () => {
    expect(report(new AppError('BAD_USER_INPUT', 'No.')).log).toBe('')
    expect(report(new Error('x')).log.trim().split('\n')).toHaveLength(1)
  })
})
