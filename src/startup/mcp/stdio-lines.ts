import { PassThrough, type Readable, type Writable } from 'node:stream'
import { z } from 'zod'

const PARSE_ERROR = -32_700
const INVALID_REQUEST = -32_600

const id = z.union([z.string(), z.number()])
const message = z.union([
  z.looseObject({ jsonrpc: z.literal('2.0'), method: z.string(), id: id.optional() }),
  z.looseObject({ jsonrpc: z.literal('2.0'), id: id.nullable(), result: z.unknown() }),
  z.looseObject({ jsonrpc: z.literal('2.0'), id: id.nullable(), error: z.object({}) }),
])
const request = z.looseObject({ method: z.string(), id })
const answer = z.looseObject({ id: id.nullable() }).refine((value) => 'result' in value || 'error' in value)

export interface StdioLines {
  readonly stdin: Readable
  readonly stdout: Writable
}

/**
 * Lines between a client and the transport of the SDK, which aborts requests when stdin ends and drops lines that are no
 * messages. Here the end waits until every request has its answer, and a line that is no message is answered with the error
 * of JSON-RPC.
 */
export function stdioLines(stdin: Readable, stdout: Writable): StdioLines {
  const inner = { stdin: new PassThrough(), stdout: new PassThrough() }
  const pending = new Set<string | number>()
  let hasEnded = false
  const endIfAnswered = (): void => {
    if (hasEnded && pending.size === 0) inner.stdin.end()
  }
  const refuse = (code: number, text: string, requestId: string | number | null): void =>
    void stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: requestId, error: { code, message: text } })}\n`)

  const receive = (line: string): void => {
    if (line.trim() === '') return
    const value = parsed(line)
    if (value === undefined) return refuse(PARSE_ERROR, 'Parse error: the line is not valid JSON.', null)
    if (!message.safeParse(value).success) {
      const given = z.looseObject({ id }).safeParse(value)
      const text = 'Invalid request: expected an object with jsonrpc "2.0" and a method.'
      return refuse(INVALID_REQUEST, text, given.success ? given.data.id : null)
    }
    const expecting = request.safeParse(value)
    if (expecting.success) pending.add(expecting.data.id)
    inner.stdin.write(`${line}\n`)
  }
  eachLine(stdin, receive, () => {
    hasEnded = true
    endIfAnswered()
  })
  eachLine(
    inner.stdout,
    (line) => {
      stdout.write(`${line}\n`)
      const sent = answer.safeParse(parsed(line))
      if (sent.success && sent.data.id !== null) pending.delete(sent.data.id)
      endIfAnswered()
    },
    () => undefined,
  )
  return inner
}

function eachLine(stream: Readable, use: (line: string) => void, end: () => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const line of lines) use(line.replace(/\r$/, ''))
  })
  stream.on('end', () => {
    if (rest !== '') use(rest)
    end()
  })
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return undefined
  }
}
