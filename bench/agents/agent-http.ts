import { createHmac, randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import type { BenchAgent } from './seed.js'

/** Address of the server. */
export interface Target {
  readonly host: string
  readonly port: number
}

/** The five headers of the agent for a body. */
export function signedHeaders(agent: BenchAgent, body: string): Record<string, string> {
  return {
    'X-Agent-Id': agent.id,
    'X-Timestamp': String(Math.floor(Date.now() / 1000)),
    'X-Request-Id': randomUUID(),
    'X-Agent-Signature': createHmac('sha256', agent.token).update(body).digest('base64'),
    Authorization: `Bearer ${agent.token}`,
  }
}

/** HTTP clients end an attempt to connect after about this time. */
const CONNECT_MS = 10_000

/** Sends one call over a separate connection, as the real agent does for each call. Returns the body. */
export function callOnce(
  target: Target,
  agent: BenchAgent,
  method: string,
  path: string,
  body: string,
  from: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...target, localAddress: from })
    const limit = setTimeout(() => socket.destroy(new Error('no connection')), CONNECT_MS)
    let text = ''
    socket.setEncoding('utf8')
    socket.once('connect', () => clearTimeout(limit))
    socket.on('data', (chunk: string) => {
      text += chunk
      const answer = bodyOf(text)
      if (answer === null) return
      socket.destroy()
      if (text.startsWith('HTTP/1.1 200')) resolve(answer)
      else reject(new Error(text.slice(0, 300)))
    })
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(limit)
      reject(new Error(`closed after ${text.length} bytes`))
    })
    const headers = Object.entries(signedHeaders(agent, body)).map(([name, value]) => `${name}: ${value}\r\n`)
    const length = body ? `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` : ''
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${target.host}\r\n${headers.join('')}${length}\r\n${body}`)
  })
}

/** Body of a complete response, otherwise null. */
function bodyOf(text: string): string | null {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
  const body = text.slice(end + 4)
  return Buffer.byteLength(body) >= length ? body : null
}
