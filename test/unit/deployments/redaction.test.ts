import { redactReport, redactReportBytes } from '#services/deployments/redaction/redact-report.js'
import { lineRedactor } from '#services/kernel/redaction/redact-text.js'
import { redactValue } from '#services/kernel/redaction/redact-value.js'

const command = (type: string, parameters = {}) => ({ type, parameters })

describe('redaction of secrets', () => {
  it('hides a private key in every line if it is printed line by line', () => {
    const lines = [
      'before',
      '-----BEGIN EC PRIVATE KEY-----',
      'MHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5',
      'oUQDQgAEn6',
      '-----END EC PRIVATE KEY----- and after',
      'after',
    ]
    const redact = lineRedactor()
    expect(lines.map(redact)).toEqual([
      'before',
      '[REDACTED]',
      '[REDACTED]',
      '[REDACTED]',
      '[REDACTED] and after',
      'after',
    ])
  })

  it('states for each line of a log whether it was redacted', () => {
    const line = (message: string, redacted?: boolean) => ({
      ts: 't',
      stream: 'stdout',
      message,
      ...(redacted === undefined ? {} : { redacted }),
    })
    const report = {
      command_id: 'cmd_1',
      result: {
        type: 'logs',
        cursor: 'password=kept',
        lines: [line('fine', false), line('password=x1', false), line('token: y2'), line('was hidden', true)],
      },
    }
    expect(redactReport(command('logs', { redact: false }), report)).toEqual({
      command_id: 'cmd_1',
      result: {
        type: 'logs',
        cursor: 'password=kept',
        lines: [
          line('fine', false),
          line('password=[REDACTED]', true),
          line('token: [REDACTED]', true),
          line('was hidden', true),
        ],
      },
    })
  })

  it('returns plain output for exec and error_summary only, on request', () => {
    const report = { result: { stdout: 'password=x1', redacted: false } }
    const hidden = { result: { stdout: 'password=[REDACTED]', redacted: true } }
    expect(redactReport(command('exec', { redact_output: true }), report)).toEqual(hidden)
    expect(redactReport(command('exec', { redact_output: false }), report)).toBe(report)
    expect(redactReport(command('error_summary', { redact: false }), report)).toBe(report)
    expect(redactReport(command('logs', { redact: false }), report)).toEqual(hidden)
    expect(redactReport(command('deploy_app', { redact: false }), report)).toEqual(hidden)
  })

  it('covers Docker variables, errors and nested texts', () => {
    const report = {
      error: 'login failed: password=x1',
      errors: [{ code: 'a', message: 'secret: x2', details: 'token=x3' }],
      result: {
        env: [
          { name: 'DB_PASSWORD', value: 'x4' },
          { name: 'LANG', value: 'C' },
        ],
        Env: ['REDIS_URL=x5', 'LANG=C'],
        deep: { list: [['api_key=x6']] },
      },
    }
    const text = JSON.stringify(redactReport(command('health'), report))
    expect(text).not.toMatch(/x[1-6]/)
    expect(text).toContain('LANG=C')
  })

  it('keeps the bytes if nothing is hidden, and the digits of numbers otherwise', () => {
    const kept = (body: Buffer) => {
      const report = JSON.parse(body.toString()) as object
      return redactReportBytes(command('health'), body, report, redactReport(command('health'), report))
    }
    const plain = Buffer.from('{ "command_id":"c", "n": 1.50, "big": 12345678901234567890123 }')
    expect(kept(plain)).toBe(plain)
    const published = Buffer.from(
      '{"command_id":"c","n":1.50,"big":12345678901234567890123,"small":7,"error":"token=abc"}',
    )
    expect(kept(published).toString()).toBe(
      '{"command_id":"c","n":1.50,"big":12345678901234567890123,"small":7,"error":"token=[REDACTED]"}',
    )
  })

  /** Stored form of a report with this text. */
  function kept(text: string, requested = command('health')): string {
    const [body, report] = [Buffer.from(text), JSON.parse(text) as object]
    return redactReportBytes(requested, body, report, redactReport(requested, report)).toString()
  }

  it.each([
    ['an error', '{"command_id":"c","error":"password=ZQXJ9","error":null}'],
    ['a name that is spelt otherwise', '{"error":"password=ZQXJ9","err\\u006fr":null}'],
    ['a text that is spelt otherwise', '{"error":"passw\\u006frd=ZQXJ9","error":null}'],
    ['lines', '{"result":{"lines":["AWS_SECRET_ACCESS_KEY=ZQXJ9"],"lines":[]}}'],
    ['a member that is a secret by its name', '{"list":[{"password":"ZQXJ9","password":""}]}'],
    ['a variable as Docker lists it', '{"env":{"name":"DB_PASS","value":"ZQXJ9"},"env":1}'],
    ['a key over several lines', '{"lines":["-----BEGIN PRIVATE KEY-----","ZQXJ9"],"lines":[]}'],
    ['a deep list', `{"a":${'['.repeat(3000)}"password=ZQXJ9"${']'.repeat(3000)},"a":1}`],
  ])('does not store what a duplicate member hides from its reader: %s', (_what, text) => {
    expect(text).toContain('ZQXJ9')
    expect(JSON.parse(kept(text))).toEqual(JSON.parse(text))
    expect(kept(text)).not.toContain('ZQXJ9')
  })

  it.each([
    ['a name given twice', '{ "command_id":"c", "error":"a: \\"b\\\\", "error":null, "n":1.50 }'],
    ['colons and quotes in texts', '{"a\\"b":"c:d","e":["f: g",{"h":{}}],"password" : ""}'],
  ])('keeps text without secrets byte for byte: %s', (_what, text) => {
    expect(kept(text)).toBe(text)
  })

  it('keeps plain output unchanged, also next to a duplicate name', () => {
    const text = '{"result":{"stdout":"password=x1","n":1.50},"error":"token=x2","error":null}'
    expect(kept(text, command('exec', { redact_output: false }))).toBe(text)
  })

  it.each([
    ['health', {}],
    ['exec', { redact_output: false }],
  ])('stores a report of %s that is too deep to be serialized as far as possible', (type, parameters) => {
    for (const levels of [101, 1000, 2500, 100_000]) {
      const text = `{"command_id":"c","result":[{"stdout":"fine"},${'['.repeat(levels)}1${']'.repeat(levels)}]}`
      const safe = kept(text, command(type, parameters))
      expect(safe.slice(0, 60)).toBe(text.slice(0, 60))
      expect(safe).toContain('"[REDACTED]"')
      expect(safe.length).toBeLessThan(500)
    }
    const plain = kept(
      `{"stdout":"password=x1","deep":${'['.repeat(200)}${']'.repeat(200)}}`,
      command(type, parameters),
    )
    expect(plain.includes('password=x1')).toBe(type === 'exec')
  })

  it('hides endless nesting instead of following it', () => {
    let deep: unknown = 'password=x1'
    for (let level = 0; level < 2000; level++) deep = [deep]
    expect(JSON.stringify(redactValue({ deep }))).not.toContain('x1')
  })
})
