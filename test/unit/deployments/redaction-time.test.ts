import { boundJson } from '#services/deployments/redaction/bound-json.js'
import { redactReportBytes } from '#services/deployments/redaction/redact-report.js'
import { cheapest } from '#test/support/cost.js'
import { redactText } from '#services/kernel/redaction/redact-text.js'

/** Plain sentences of this length, in which nothing is redacted. */
const plain = (length: number) => 'nothing to hide in this line of the log\n'.repeat(length / 40)

describe('redaction time', () => {
  it('is shorter than parsing for a search for duplicate names in megabytes', async () => {
    const text = JSON.stringify({ lines: Array.from({ length: 200_000 }, () => ({ message: '"GET" 200: \\', n: 1 })) })
    const [body, report] = [Buffer.from(text), JSON.parse(text) as object]
    const parsing = await cheapest(() => JSON.parse(text) as unknown)
    const searching = await cheapest(() =>
      expect(redactReportBytes({ type: 'health', parameters: {} }, body, report, report)).toBe(body),
    )
    expect(searching).toBeLessThan(20 * parsing)
  })

  it('is linear for a report of megabytes: no pattern backtracks', async () => {
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
      'process.env.'.repeat(170_000),
      'process.env.DB_PASS'.repeat(110_000),
      'password='.repeat(220_000),
      'password == '.repeat(170_000),
      `password${'='.repeat(2_000_000)}`,
      `password${':='.repeat(1_000_000)}`,
      `password="${'a'.repeat(2_000_000)}`,
      `password="${'\\"'.repeat(8_000_000)}`,
      'password="\\"'.repeat(170_000),
      `password="a'`.repeat(170_000),
      'password=\\"a'.repeat(170_000),
      'password="a\n'.repeat(170_000),
      'token'.repeat(400_000),
      'http_'.repeat(400_000),
      'redirect_'.repeat(220_000),
      'redirect_http_cookie'.repeat(100_000),
      'http_cookie="a'.repeat(150_000),
      'x-key := '.repeat(220_000),
    ]
    const control = await cheapest(() => redactText(plain(2_000_000)))
    for (const text of worst) {
      const took = await cheapest(() => redactText(text), 1)
      // A pattern that looked twice would take two million times as long, not some dozens of times.
      const factor = took / control / (text.length / 2_000_000)
      expect([text.slice(0, 12), factor < 100 ? 'once' : factor]).toEqual([text.slice(0, 12), 'once'])
    }
  })

  it('does not grow with 16 MiB of brackets, which are cut unread', async () => {
    const half = 8 * 1_048_576 - 100
    const text = `{"command_id":"c","result":${'['.repeat(half)}${']'.repeat(half)},"error":"["}`
    const body = Buffer.from(text)
    let cut: Buffer = body
    const letters = Buffer.from(JSON.stringify({ result: 'a'.repeat(2 * half) }))
    const control = await cheapest(() => JSON.parse(letters.toString()) as unknown)
    expect(await cheapest(() => void (cut = boundJson(body).bytes))).toBeLessThan(100 * control)
    const levels = 101
    expect(JSON.parse(cut.toString())).toEqual(
      JSON.parse(`{"command_id":"c","result":${'['.repeat(levels)}"[REDACTED]"${']'.repeat(levels)},"error":"["}`),
    )
  })

  it.each([
    ['what is not deep', '{"a":[{"b":"[[{{\\\"["}]}'],
    ['brackets in a text', JSON.stringify({ a: `${'["'.repeat(5_000)}\\` })],
    ['a hundred levels', `${'['.repeat(102)}${']'.repeat(102)}`],
    ['no JSON', '"\\'],
    ['more ends than beginnings', ']]]][[[['],
  ])('is not spent on %s, which stays unchanged', (_what, text) => {
    const body = Buffer.from(text)
    expect(boundJson(body).bytes).toBe(body)
  })

  it('stays bounded by replacing deep parts, so that the rest is not JSON', () => {
    for (const text of ['['.repeat(1_000), '[{"a":"'.repeat(300), `${'['.repeat(200)}${']'.repeat(199)}`])
      expect(() => JSON.parse(boundJson(Buffer.from(text)).bytes.toString()) as unknown).toThrow(SyntaxError)
  })

  it('stays bounded by 10,000 members per object, and two million values per report', () => {
    const members = Array.from({ length: 10_001 }, (_, index) => `"k${index}":[{"a":","},[]]`)
    const json = `{"a":{${members.join(',')}},"b":[{${members.slice(1).join(',')}}],"c":"}"}`
    const wide = boundJson(Buffer.from(json))
    const read = JSON.parse(wide.bytes.toString()) as Record<string, object>
    expect(wide.leftOut).toBe(true)
    expect([Object.keys(read['a']!).length, Object.keys(read['b']![0 as never]).length, read['c']]).toEqual([
      10_000,
      10_000,
      '}',
    ])
    const long = boundJson(Buffer.from(`{"a":[${'1,'.repeat(2_200_000)}1],"b":2}`))
    const { a, b } = JSON.parse(long.bytes.toString()) as { a: number[]; b?: number }
    expect([long.leftOut, a.length, b]).toEqual([true, 2_000_000, undefined])
    const line = '{"ts":null,"stream":"stdout","message":"x","redacted":false}'
    const log = Buffer.from(`{"lines":[${`${line},`.repeat(275_000)}${line}]}`)
    expect([boundJson(log).leftOut, boundJson(log).bytes === log]).toEqual([false, true])
  })

  it('stays bounded by cutting each deep part separately, with its neighbors kept', () => {
    const deep = `${'{"a":'.repeat(300)}"]"${'}'.repeat(300)}`
    const read = JSON.parse(boundJson(Buffer.from(`[${deep},1.50,${deep},"é"]`)).bytes.toString()) as unknown[]
    expect([read[1], read[3]]).toEqual([1.5, 'é'])
    expect(JSON.stringify(read).match(/\[REDACTED\]/g)).toHaveLength(2)
  })
})
