import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'
import { sendWebhook } from '#services/kernel/outbound-webhooks/send-webhook.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const at = (seconds: number): string => new Date(NOW + seconds * 1000).toUTCString()

describe('Retry-After of a receiver of webhooks', () => {
  let server: Server
  let headers: Record<string, string> = {}
  const pool = new Agent()
  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.sendDate = false
      response.writeHead(503, headers).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    await pool.close()
    server.close()
  })

  it.each([
    ['a number', { 'retry-after': '90' }, 90],
    ['a number with a fraction', { 'retry-after': '1.5' }, 1.5],
    ['an HTTP date', { 'retry-after': at(600) }, 600],
    ['an HTTP date by the clock of the receiver', { 'retry-after': at(4_200), date: at(3_600) }, 600],
    ['a date that has passed', { 'retry-after': at(-10) }, null],
    ['zero', { 'retry-after': '0' }, null],
    ['a negative number', { 'retry-after': '-5' }, null],
    ['something else', { 'retry-after': 'soon' }, null],
    ['none', {}, null],
  ])('is read as %s', async (_form, sent, expected) => {
    headers = sent
    const { port } = server.address() as AddressInfo
    const timers = { ...systemTimers, now: () => NOW }
    const result = await sendWebhook(timers, pool, `http://127.0.0.1:${port}/`, {}, '{}')
    expect([result.statusCode, result.retryAfter]).toEqual([503, expected])
  })
})

describe('The body of the response of a receiver', () => {
  let server: Server
  let send: (response: ServerResponse) => void
  const pool = new Agent()
  beforeAll(async () => {
    server = createServer((_request, response) => send(response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    await pool.close()
    server.closeAllConnections()
    server.close()
  })

  const bodyOf = async (answer: (response: ServerResponse) => void) => {
    send = answer
    const { port } = server.address() as AddressInfo
    const { statusCode, error, responseBody } = await sendWebhook(
      systemTimers,
      pool,
      `http://127.0.0.1:${port}/`,
      {},
      '{}',
    )
    return { statusCode, error, responseBody }
  }

  it('is kept as text, up to 1,024 bytes, of successes and failures', async () => {
    expect(await bodyOf((response) => response.end('thanks'))).toEqual({
      statusCode: 200,
      error: null,
      responseBody: 'thanks',
    })
    expect(await bodyOf((response) => response.writeHead(500).end('{"error":"\0"}'))).toEqual({
      statusCode: 500,
      error: 'answered 500',
      responseBody: '{"error":"\uFFFD"}',
    })
    expect((await bodyOf((response) => response.end())).responseBody).toBeNull()
    expect((await bodyOf((response) => response.end(`a${'é'.repeat(600)}`))).responseBody).toBe(`a${'é'.repeat(511)}`)
  })

  it('can end early: the status counts', async () => {
    const broken = (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy())
    }
    expect(await bodyOf(broken)).toEqual({ statusCode: 200, error: null, responseBody: 'half' })
  })

  it('is not read to the end if it is long', async () => {
    let written = 0
    const endless = (response: ServerResponse) => {
      const more = () => {
        while (!response.destroyed && written < 50_000_000 && response.write('x'.repeat(65_536))) written += 65_536
      }
      response.on('drain', more)
      response.on('error', () => undefined)
      more()
    }
    expect((await bodyOf(endless)).responseBody).toBe('x'.repeat(1_024))
    expect(written).toBeLessThan(50_000_000)
    expect((await bodyOf((response) => response.end('still alive'))).responseBody).toBe('still alive')
  })
})
