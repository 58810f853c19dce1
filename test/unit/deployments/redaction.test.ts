import { NAMED_VARIABLES, RULES } from '../../../src/services/deployments/redaction/redaction-rules.js'
import { redactReport, redactReportBytes } from '../../../src/services/deployments/redaction/redact-report.js'
import { lineRedactor, redactText } from '../../../src/services/deployments/redaction/redact-text.js'
import { redactValue } from '../../../src/services/deployments/redaction/redact-value.js'

type Category = (typeof RULES)[number]['category']

/** What each category alone finds, with the part that may not survive. */
const CORPUS: Record<Category, readonly (readonly [line: string, secret: string])[]> = {
  credentials: [
    ['Authorization: Bearer abcdefghijkl1234', 'abcdefghijkl1234'],
    ['authorization=Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    ['"proxy-authorization": "Basic dXNlcjpwYXNz"', 'dXNlcjpwYXNz'],
    ['set-cookie: sid=31d4d96e407aad42; Path=/', '31d4d96e407aad42'],
    ['x-auth-token: 9f8e7d6c', '9f8e7d6c'],
    ['sent bearer 0123456789abcdef to upstream', '0123456789abcdef'],
  ],
  provider_key: [
    ['using sk_live_4eC39HqLyjWDarjtT1 now', '4eC39HqLyjWDarjtT1'],
    ['hook whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH', '5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH'],
    ['cloning with ghp_16C7e42F292c6912E7710c838347Ae178B4a', '16C7e42F292c6912E7710c838347Ae178B4a'],
    ['glpat-AbCdEfGhIjKlMnOpQrSt', 'AbCdEfGhIjKlMnOpQrSt'],
    ['posting as xoxb-123456789012-abcdef', '123456789012-abcdef'],
    ['id AKIAIOSFODNN7EXAMPLE', 'IOSFODNN7EXAMPLE'],
    ['AIzaSyA1234567890abcdefghijklmnopqrstuv', 'SyA1234567890abcdefghijklmnopqrstuv'],
    ['npm_abcdefghijklmnopqrstuvwxyz0123456789', 'abcdefghijklmnopqrstuvwxyz0123456789'],
    ['hvs.CAESIJlU02LQZq3w4p0aGsB', 'CAESIJlU02LQZq3w4p0aGsB'],
    ['SG.aaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbb', 'bbbbbbbbbbbbbbbbbbbbbb'],
    ['enrol_Zm9vYmFyYmF6cXV4cXV1eA', 'Zm9vYmFyYmF6cXV4cXV1eA'],
  ],
  private_key: [
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----', 'MIIEpAIBAAKCAQEA'],
    ['-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg cut off', 'MIIEvQIBADANBg'],
  ],
  web_token: [['got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl back', 'c2lnbmF0dXJl']],
  url_password: [
    ['connecting to postgres://app:hunter22@db:5432/app', 'hunter22'],
    ['fetch https://deploy:p%40ss@registry.example.com/v2/', 'p%40ss'],
    ['amqp://:letmein@broker', 'letmein'],
  ],
  assignment: [
    ['DB_PASSWORD=hunter22', 'hunter22'],
    ['password: "correct horse battery"', 'correct horse battery'],
    ["secret => 'abc def'", 'abc def'],
    ['{"client_secret":"s3cr3t","id":1}', 's3cr3t'],
    ['{\\"apiKey\\":\\"s3cr3t-key\\"}', 's3cr3t-key'],
    ['?access_token=abc123&next=/', 'abc123'],
    ['export MY_API_KEY=zzz999', 'zzz999'],
    ['aws_private-key = q1w2e3', 'q1w2e3'],
    ['user_credential:u:p', 'u:p'],
  ],
}

/** What people need to read, and looks nearly like a secret. */
const HARMLESS = [
  'GET /health 200 0.012 s',
  'max_tokens=512 total tokens: 12',
  'password reset requested for user 42',
  'password_reset_enabled: true',
  'token_type: bearer',
  'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
  'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  'http://web:8080/login?next=/a:b@c',
  'mail from ann@example.com',
  'secretary of state: 7',
  'DATABASE_URL is not set',
  '2026-11-20T10:00:00Z INFO listening on 0.0.0.0:80',
]

const command = (type: string, parameters = {}) => ({ type, parameters })

describe('[AG11] [OP10] what looks like a secret is hidden', () => {
  it('has six categories and twenty names', () => {
    expect(RULES.map(({ category }) => category).toSorted()).toEqual(Object.keys(CORPUS).toSorted())
    expect(Object.keys(CORPUS)).toHaveLength(6)
    expect(new Set(NAMED_VARIABLES).size).toBe(20)
  })

  const cases = Object.entries(CORPUS).flatMap(([category, lines]) => lines.map((line) => [category, ...line] as const))

  it.each(cases)('%s: %j', (category, line, secret) => {
    expect(line).toContain(secret)
    const safe = redactText(line)
    expect(safe).not.toContain(secret)
    expect(safe).toContain('[REDACTED]')
    expect(redactText(safe)).toBe(safe)
    const { pattern } = RULES.find((rule) => rule.category === category)!
    expect(line.replace(pattern, '')).not.toContain(secret)
  })

  it.each(NAMED_VARIABLES)('the value of %s, whatever it looks like', (name) => {
    for (const [before, after] of [
      [`${name}=plain words`, `${name}=[REDACTED] words`],
      [`${name.toLowerCase()}: "two words"`, `${name.toLowerCase()}: [REDACTED]`],
      [`{"${name}":"x1"}`, `{"${name}":[REDACTED]}`],
      [`export ${name}='x1' # why`, `export ${name}=[REDACTED] # why`],
    ] as const)
      expect(redactText(before)).toBe(after)
    expect(redactValue({ [name]: 'x1', other: 'x1' })).toEqual({ [name]: '[REDACTED]', other: 'x1' })
  })

  it.each(HARMLESS)('%j is left alone', (line) => {
    expect(redactText(line)).toBe(line)
  })

  it('a private key that is printed line by line is hidden in every line', () => {
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

  it('[AG6] each line of a log says whether something was hidden in it', () => {
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

  it('only exec and error_summary give plain output, and only when asked to', () => {
    const report = { result: { stdout: 'password=x1', redacted: false } }
    const hidden = { result: { stdout: 'password=[REDACTED]', redacted: true } }
    expect(redactReport(command('exec', { redact_output: true }), report)).toEqual(hidden)
    expect(redactReport(command('exec', { redact_output: false }), report)).toBe(report)
    expect(redactReport(command('error_summary', { redact: false }), report)).toBe(report)
    expect(redactReport(command('logs', { redact: false }), report)).toEqual(hidden)
    expect(redactReport(command('deploy_app', { redact: false }), report)).toEqual(hidden)
  })

  it('variables as Docker lists them, errors and nested texts too', () => {
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

  it('bytes stay as they came when nothing is hidden, and numbers keep their digits when something is', () => {
    const kept = (body: Buffer) => {
      const report = JSON.parse(body.toString()) as object
      return redactReportBytes(body, report, redactReport(command('health'), report))
    }
    const plain = Buffer.from('{ "command_id":"c", "n": 1.50, "big": 12345678901234567890123 }')
    expect(kept(plain)).toBe(plain)
    const told = Buffer.from('{"command_id":"c","n":1.50,"big":12345678901234567890123,"small":7,"error":"token=abc"}')
    expect(kept(told).toString()).toBe(
      '{"command_id":"c","n":1.50,"big":12345678901234567890123,"small":7,"error":"token=[REDACTED]"}',
    )
  })

  it('a report of megabytes takes its time once: nothing in it makes a pattern look twice', () => {
    const worst = [
      'a'.repeat(2_000_000),
      'eyJ'.repeat(600_000),
      'a://'.repeat(500_000),
      'x.'.repeat(1_000_000),
      '-----BEGIN PRIVATE KEY-----'.repeat(70_000),
      'password'.repeat(250_000),
      'password="'.repeat(200_000),
      'bearer '.repeat(280_000),
      ' '.repeat(2_000_000),
      '[redacted line] '.repeat(120_000),
    ]
    for (const text of worst) {
      const begin = performance.now()
      redactText(text)
      expect([text.slice(0, 12), performance.now() - begin < 2500]).toEqual([text.slice(0, 12), true])
    }
  })

  it('what is nested without end is hidden, not followed', () => {
    let deep: unknown = 'password=x1'
    for (let level = 0; level < 2000; level++) deep = [deep]
    expect(JSON.stringify(redactValue({ deep }))).not.toContain('x1')
  })
})
