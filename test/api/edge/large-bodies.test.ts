import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

const BYTES = 100_000
const body = JSON.stringify('x'.repeat(BYTES - 2))
const limits = { bodiesBytes: 3 * BYTES, senderBodiesBytes: 2 * BYTES }

interface Sending {
  readonly sending: ClientRequest
  readonly answer: Promise<{ status: number; retryAfter: string | undefined }>
}

/** Sends the headers, and waits until the server has seen them. */
async function begin(
  tiny: TransportFixture,
  agent: string,
  length: Record<string, string | number> = { 'content-length': BYTES },
  path = '/api/v1/large-thing',
) {
  const sending = request(`${tiny.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', expect: '100-continue', 'x-agent-id': agent, ...length },
  })
  const answer = new Promise<{ status: number; retryAfter: string | undefined }>((resolve, reject) => {
    sending.once('error', reject)
    sending.once('response', (response: IncomingMessage) => {
      response.resume()
      resolve({ status: response.statusCode!, retryAfter: response.headers['retry-after'] })
    })
  })
  answer.catch(() => undefined)
  sending.flushHeaders()
  await new Promise((resolve) => sending.once('continue', resolve))
  return { sending, answer }
}

function finish({ sending, answer }: Sending): Sending['answer'] {
  sending.end(body)
  return answer
}

describe('large request bodies', () => {
  it('are limited per sender and in total; the rest gets 503 with Retry-After', async () => {
    const tiny = await startTransportFixture({ limits: { ...limits, bodyWaitMilliseconds: 1 } })
    const first = [await begin(tiny, 'a'), await begin(tiny, 'a')]
    expect(await (await begin(tiny, 'a')).answer).toEqual({ status: 503, retryAfter: '5' })
    const other = await begin(tiny, 'b')
    expect((await (await begin(tiny, 'c')).answer).status).toBe(503)
    const chunked = await begin(tiny, 'c', { 'transfer-encoding': 'chunked' })
    expect((await chunked.answer).status).toBe(503)
    const small = await fetch(`${tiny.url}/api/v1/thing`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-agent-id': 'a' },
      body: '{}',
    })
    expect(small.status).toBe(200)
    for (const each of [...first, other]) expect((await finish(each)).status).toBe(200)
    expect((await finish(await begin(tiny, 'c'))).status).toBe(200)
    await tiny.edge.drain(1_000)
  })

  it('wait for earlier ones; a sender that disconnects frees its share', async () => {
    const tiny = await startTransportFixture({ limits: { ...limits, bodyWaitMilliseconds: 60_000 } })
    const first = [await begin(tiny, 'a'), await begin(tiny, 'a'), await begin(tiny, 'b')]
    const waiting = [await begin(tiny, 'c'), await begin(tiny, 'c')]
    expect((await finish(first[0]!)).status).toBe(200)
    expect((await finish(waiting[0]!)).status).toBe(200)
    first[1]!.sending.destroy()
    expect((await finish(waiting[1]!)).status).toBe(200)
    expect((await finish(first[2]!)).status).toBe(200)
    await tiny.edge.drain(1_000)
  })

  it('count for the address on a route without agent verification, despite the agent header', async () => {
    const tiny = await startTransportFixture({ limits: { ...limits, bodyWaitMilliseconds: 1 } })
    const send = (agent: string) => begin(tiny, agent, { 'content-length': BYTES }, '/api/v1/thing')
    const first = [await send('a'), await send('b')]
    expect((await (await send('c')).answer).status).toBe(503)
    for (const each of first) expect((await finish(each)).status).toBe(200)
    await tiny.edge.drain(1_000)
  })
})
