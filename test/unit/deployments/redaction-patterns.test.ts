import { NAMED_VARIABLES, RULES } from '#services/kernel/redaction/redaction-rules.js'
import { redactText } from '#services/kernel/redaction/redact-text.js'
import { redactValue } from '#services/kernel/redaction/redact-value.js'

type Category = (typeof RULES)[number]['category']

/** Matches of each category alone, with the part that must be removed. */
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
    ['HTTP_COOKIE=theme=dark; session=ZQXJ9', 'ZQXJ9'],
    ['HTTP_AUTHORIZATION=Bearer ZQXJ9', 'ZQXJ9'],
    ['REDIRECT_HTTP_AUTHORIZATION=Digest username="x", response="ZQXJ9"', 'ZQXJ9'],
    ["$_SERVER['HTTP_COOKIE'] = 'theme=dark; session=ZQXJ9'", 'ZQXJ9'],
    ['["HTTP_COOKIE"]=> "theme=dark; session=ZQXJ9"', 'ZQXJ9'],
    ['HTTP_PROXY_AUTHORIZATION := Basic ZQXJ9', 'ZQXJ9'],
    ['cookie == "theme=dark; session=ZQXJ9"', 'ZQXJ9'],
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
    ['config["password"] := "ZQXJ9"', 'ZQXJ9'],
    ...['=', ':=', '::=', '==', '===', '=>', '?=', '+=', ':'].flatMap((operator) =>
      ['ZQXJ9', '"ZQXJ9 ZQXJ9"', "'ZQXJ9 ZQXJ9'"].flatMap((value) => [
        [`password ${operator} ${value}`, 'ZQXJ9'] as const,
        [`password${operator}${value}`, 'ZQXJ9'] as const,
      ]),
    ),
    [`${'a.'.repeat(100)}password=ZQXJ9`, 'ZQXJ9'],
    [`password_${'of_'.repeat(15)}all=ZQXJ9`, 'ZQXJ9'],
    [`password="${'a '.repeat(5_000)}ZQXJ9"`, 'ZQXJ9'],
    [`password='${'a '.repeat(5_000)}ZQXJ9'`, 'ZQXJ9'],
    [`{\\"password\\":\\"${'a '.repeat(5_000)}ZQXJ9\\"}`, 'ZQXJ9'],
    [`password="${'a \\" '.repeat(60_000)}ZQXJ9"`, 'ZQXJ9'],
    ['password="cut off ZQXJ9', 'ZQXJ9'],
    ['password="a \\" ZQXJ9"', 'ZQXJ9'],
    ['{\\"password\\":\\"a \\\\\\" ZQXJ9\\"}', 'ZQXJ9'],
  ],
}

/** Harmless text that resembles a secret. */
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
  'Token ======== 12',
  'token != expected',
  'password == true',
  'password := null',
  'secret === undefined;',
  'HTTP_COOKIE=',
  'HTTP_COOKIE: ""',
  'HTTP_AUTHORIZATION is not set',
  'HTTP_HOST=web HTTP_ACCEPT=text/html',
  'process.env.DB_PASS is not set',
  'password: ""',
  'password =',
]

/** Text next to a hidden header stays if it can be distinguished from it. */
const BESIDE_HEADERS = [
  ['Authorization: Bearer abc status=200', 'Authorization: Bearer [REDACTED] status=200'],
  ['curl -H "Authorization: Basic dTpw==" https://x', 'curl -H "Authorization: Basic [REDACTED]" https://x'],
  ['cookie="a=b; c=d" status=200', 'cookie="[REDACTED]" status=200'],
  ["{'Cookie': 'a=b; c=d', 'status': 500}", "{'Cookie': '[REDACTED]', 'status': 500}"],
  ['{"cookie":"a=\\"b\\"; c=d","status":500}', '{"cookie":"[REDACTED]","status":500}'],
  ['{\\"cookie\\":\\"a=b; c=d\\",\\"status\\":500}', '{\\"cookie\\":\\"[REDACTED]\\",\\"status\\":500}'],
  ['Cookie: a=b; c=d\nHost: web', 'Cookie: [REDACTED]\nHost: web'],
  ['HTTP_COOKIE=a=b; c=d\nHTTP_HOST=web', 'HTTP_COOKIE=[REDACTED]\nHTTP_HOST=web'],
  ['HTTP_AUTHORIZATION=Bearer abc status=200', 'HTTP_AUTHORIZATION=Bearer [REDACTED] status=200'],
  ['password="a\\"b" status=200', 'password=[REDACTED] status=200'],
  ['password := a status=200', 'password := [REDACTED] status=200'],
] as const

describe('secret patterns', () => {
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

  it.each(NAMED_VARIABLES)('hide the value of %s, whatever its format', (name) => {
    for (const [before, after] of [
      [`${name}=plain words`, `${name}=[REDACTED] words`],
      [`${name.toLowerCase()}: "two words"`, `${name.toLowerCase()}: [REDACTED]`],
      [`{"${name}":"x1"}`, `{"${name}":[REDACTED]}`],
      [`export ${name}='x1' # why`, `export ${name}=[REDACTED] # why`],
      [`env[${name}] = x1`, `env[${name}] = [REDACTED]`],
      [`env["${name}"]="x1"`, `env["${name}"]=[REDACTED]`],
      [`env['${name}'] => 'x1'`, `env['${name}'] => [REDACTED]`],
      [`${name}=none.x1`, `${name}=[REDACTED]`],
      [`process.env.${name}=x1`, `process.env.${name}=[REDACTED]`],
      [`${name} := x1`, `${name} := [REDACTED]`],
      [`import.meta.env.${name} == "x1"`, `import.meta.env.${name} == [REDACTED]`],
    ] as const)
      expect(redactText(before)).toBe(after)
    expect(redactValue({ [name]: 'x1', other: 'x1' })).toEqual({ [name]: '[REDACTED]', other: 'x1' })
    expect(redactValue({ [`env.${name}`]: 'x1' })).toEqual({ [`env.${name}`]: '[REDACTED]' })
  })

  it.each(HARMLESS)('keep %j unchanged', (line) => {
    expect(redactText(line)).toBe(line)
  })

  it.each(BESIDE_HEADERS)('replace %j by %j', (line, safe) => {
    expect(redactText(line)).toBe(safe)
    expect(redactText(safe)).toBe(safe)
  })
})
