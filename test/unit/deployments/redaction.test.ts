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
    ['Cookie: theme=dark; session=ZQXJ9', 'ZQXJ9'],
    ['Set-Cookie: theme="dark"; session=ZQXJ9', 'ZQXJ9'],
    ['Cookie: "dark"; session=ZQXJ9', 'ZQXJ9'],
    ['"Cookie"=>"theme=dark; session=ZQXJ9"', 'ZQXJ9'],
    ['{\\"cookie\\":\\"theme=\\\\\\"dark\\\\\\"; session=ZQXJ9\\"}', 'ZQXJ9'],
    ['Authorization: Digest username="x", realm="y", response="ZQXJ9"', 'ZQXJ9'],
    ['{"authorization":"Digest username=\\"x\\", response=\\"ZQXJ9\\""}', 'ZQXJ9'],
    ['Authorization: AWS4-HMAC-SHA256 Credential=id/s3, Signature=ZQXJ9', 'ZQXJ9'],
    ['Authorization: Token token="ZQXJ9", nonce="def"', 'ZQXJ9'],
    ['Authorization: Negotiate ZQXJ9', 'ZQXJ9'],
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
    ['DB_PASSWORD=true-ZQXJ9', 'true-ZQXJ9'],
    ['DB_PASSWORD=none.ZQXJ9', 'none.ZQXJ9'],
    ['{"password":null-ZQXJ9}', 'ZQXJ9'],
    ['password=[REDACTED]-ZQXJ9', 'ZQXJ9'],
    ['config["password"] = "ZQXJ9"', 'ZQXJ9'],
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
  'cookie consent shown',
  'authorization granted to bob',
  'none of the passwords matched',
  '{"password":null,"token":true,"secret":false}',
  '{\\"password\\":null,\\"token\\":true}',
  'login?password=none&token=undefined;(secret: nil) [token=null]',
  '{"cookie":"","authorization":null,"status":500}',
  'env[DB_PASS] is not set',
  '[TokenService]: started',
]

/** Beside a header that is hidden, what can be told apart from it stays. */
const BESIDE_HEADERS = [
  ['Authorization: Bearer abc status=200', 'Authorization: Bearer [REDACTED] status=200'],
  ['curl -H "Authorization: Basic dTpw==" https://x', 'curl -H "Authorization: Basic [REDACTED]" https://x'],
  ['cookie="a=b; c=d" status=200', 'cookie="[REDACTED]" status=200'],
  ["{'Cookie': 'a=b; c=d', 'status': 500}", "{'Cookie': '[REDACTED]', 'status': 500}"],
  ['{"cookie":"a=\\"b\\"; c=d","status":500}', '{"cookie":"[REDACTED]","status":500}'],
  ['{\\"cookie\\":\\"a=b; c=d\\",\\"status\\":500}', '{\\"cookie\\":\\"[REDACTED]\\",\\"status\\":500}'],
  ['Cookie: a=b; c=d\nHost: web', 'Cookie: [REDACTED]\nHost: web'],
] as const

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
      [`env[${name}] = x1`, `env[${name}] = [REDACTED]`],
      [`env["${name}"]="x1"`, `env["${name}"]=[REDACTED]`],
      [`env['${name}'] => 'x1'`, `env['${name}'] => [REDACTED]`],
      [`${name}=none.x1`, `${name}=[REDACTED]`],
    ] as const)
      expect(redactText(before)).toBe(after)
    expect(redactValue({ [name]: 'x1', other: 'x1' })).toEqual({ [name]: '[REDACTED]', other: 'x1' })
  })

  it.each(HARMLESS)('%j is left alone', (line) => {
    expect(redactText(line)).toBe(line)
  })

  it.each(BESIDE_HEADERS)('%j becomes %j', (line, safe) => {
    expect(redactText(line)).toBe(safe)
    expect(redactText(safe)).toBe(safe)
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

  /** What is kept of a report that came as this text. */
  function kept(text: string, asked = command('health')): string {
    const [body, report] = [Buffer.from(text), JSON.parse(text) as object]
    return redactReportBytes(body, report, redactReport(asked, report)).toString()
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
  ])('what a second member of the same name hides from its reader is not kept: %s', (_what, text) => {
    expect(text).toContain('ZQXJ9')
    expect(JSON.parse(kept(text))).toEqual(JSON.parse(text))
    expect(kept(text)).not.toContain('ZQXJ9')
  })

  it.each([
    ['a name given twice', '{ "command_id":"c", "error":"a: \\"b\\\\", "error":null, "n":1.50 }'],
    ['colons and quotes in texts', '{"a\\"b":"c:d","e":["f: g",{"h":{}}],"password" : ""}'],
  ])('byte for byte stays what holds no secret: %s', (_what, text) => {
    expect(kept(text)).toBe(text)
  })

  it('plain output stays as it came, also beside a name given twice', () => {
    const text = '{"result":{"stdout":"password=x1","n":1.50},"error":"token=x2","error":null}'
    expect(kept(text, command('exec', { redact_output: false }))).toBe(text)
  })

  it.each([
    ['health', {}],
    ['exec', { redact_output: false }],
  ])('a report of %s that is nested too deep to be written again is kept as far as it can be', (type, parameters) => {
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

  it('a report of megabytes is searched for names given twice in no time', () => {
    const text = JSON.stringify({ lines: Array.from({ length: 200_000 }, () => ({ message: '"GET" 200: \\', n: 1 })) })
    const [body, report] = [Buffer.from(text), JSON.parse(text) as object]
    const begin = performance.now()
    expect(redactReportBytes(body, report, report)).toBe(body)
    expect(performance.now() - begin).toBeLessThan(1000)
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
      'cookie:'.repeat(280_000),
      'cookie="\\a'.repeat(200_000),
      'cookie="\\a"\n'.repeat(160_000),
      `cookie="${'\\a'.repeat(1_000_000)}`,
      'authorization: bearer '.repeat(90_000),
      `authorization: digest ${'="'.repeat(1_000_000)}`,
      `authorization: bearer ${'a'.repeat(2_000_000)}`,
      'env["DB_PASS"]'.repeat(140_000),
      'DB_PASS=true'.repeat(170_000),
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
