import { generateKeyPairSync } from 'node:crypto'
import { lineRedactor, redactText } from '#services/kernel/redaction/redact-text.js'
import { redactValue } from '#services/kernel/redaction/redact-value.js'

const MASK = '[REDACTED]'
const pem = (type: 'rsa' | 'ec' | 'ed25519'): string[] => {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 1_024 })
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519')
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim().split('\n')
}
const body = (width: number) =>
  pem('rsa')
    .slice(1, -1)
    .join('')
    .match(new RegExp(`.{1,${width}}`, 'g'))!

const KEYS: Record<string, string[]> = {
  RSA: pem('rsa'),
  EC: pem('ec'),
  Ed25519: pem('ed25519'),
  'encrypted RSA': [
    '-----BEGIN RSA PRIVATE KEY-----',
    'Proc-Type: 4,ENCRYPTED',
    'DEK-Info: AES-128-CBC,00FF00FF',
    '',
    ...body(64),
    '-----END RSA PRIVATE KEY-----',
  ],
  OpenSSH: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...body(70), '-----END OPENSSH PRIVATE KEY-----'],
  PGP: [
    '-----BEGIN PGP PRIVATE KEY BLOCK-----',
    'Version: GnuPG v2',
    '',
    ...body(64),
    '=njUN',
    '-----END PGP PRIVATE KEY BLOCK-----',
  ],
}
const before = ['starting server', 'loaded key:']
const after = ['listening on 8080', 'GET / 200 12ms']

/** Lines of a key with its content. A word or a number alone is no secret. */
const secretsOf = (key: readonly string[]) =>
  key.filter((line) => /^[A-Za-z\d+/=]+$/.test(line) && !/^(?:[A-Z]?[a-z]+|[A-Z]+|\d+)$/.test(line))

describe('private keys in pages of a log', () => {
  it.each(Object.entries(KEYS))('are hidden wherever the pages of a log with a key of %s begin', (_type, key) => {
    const log = [...before, ...key, ...after]
    for (let first = 1; first < log.length; first++)
      for (let second = first; second < log.length; second++) {
        const pages = [log.slice(0, first), log.slice(first, second), log.slice(second)].filter(({ length }) => length)
        for (const form of ['message', 'text'] as const) {
          let afterHidden = false
          const reports = pages.map((page) => ({
            type: 'logs',
            lines: page.map((line) =>
              form === 'text' ? line : { ts: null, stream: 'stdout', message: line, redacted: false },
            ),
          }))
          const text = JSON.stringify(
            reports.map((report) => {
              const { lines } = redactValue(report, afterHidden) as { lines: (string | { message: string })[] }
              const last = lines.at(-1)
              afterHidden = (typeof last === 'object' ? last.message : last) === MASK
              return lines
            }),
          )
          expect(secretsOf(key).filter((line) => text.includes(line))).toEqual([])
          for (const line of [...before, ...after]) expect(text).toContain(line)
        }
      }
  })

  it.each(Object.entries(KEYS))('are hidden in a text that ends a key of %s', (_type, key) => {
    for (let first = 1; first < key.length; first++) {
      const text = redactText([...key.slice(first), ...after].join('\n'))
      expect(
        secretsOf(key)
          .slice(1)
          .filter((line) => text.includes(line) && key.indexOf(line) >= first),
      ).toEqual([])
      expect(text).toContain(after.join('\n'))
      expect(redactText(text)).toBe(text)
    }
  })

  it('does not hide certificates, public keys, digests and ordinary lines', () => {
    const certificate = ['-----BEGIN CERTIFICATE-----', ...body(64), '-----END CERTIFICATE-----']
    const lines = [
      ...certificate,
      'a'.repeat(64),
      'sha256:0123456789abcdef',
      '0123456789abcdef'.repeat(4),
      'Ready',
      'done',
      'GET /Index1 200',
      'Name: value',
      '',
      'A1b2C3',
    ]
    const redact = lineRedactor(lines)
    expect(lines.map((line) => redact(line))).toEqual(lines)
  })

  it('does not hide an ordinary line that follows the end of a key in the page before it', () => {
    for (const line of ['Ready', 'done', 'ERROR', '42', 'GET /Index1 200', ''])
      expect(lineRedactor([line], true)(line)).toBe(line)
    for (const line of ['aB3dEf9h', 'k+Ys', 'x/9Z8w=='])
      expect([lineRedactor([line], true)(line), lineRedactor([line, line], true)(line)]).toEqual([MASK, MASK])
    expect(lineRedactor(['aB3dEf9h'])('aB3dEf9h')).toBe('aB3dEf9h')
  })

  it('hides the lines before an end only as far as they can belong to a key', () => {
    const page = [
      'an ordinary sentence of a log',
      'MIIEvQIBADANBgkq',
      'hkiG9w0BAQ==',
      '-----END PRIVATE KEY-----',
      'next',
    ]
    expect(redactText(page.join('\n'))).toBe(`${page[0]}\n${MASK}\nnext`)
  })
})
