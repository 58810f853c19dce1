import { sendSlowly, type SlowAnswer } from '#test/support/slow-sender.js'
import { startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'
import { AppError } from '#services/kernel/errors/app-error.js'

/** One thousandth of the limits of a server. */
const limits = {
  headersMilliseconds: 300,
  requestMilliseconds: 300,
  slowBodyMilliseconds: 1_500,
  slowBytesPerSecond: 20_000,
  slowBodiesPerSender: 2,
  slowBodiesPerAddress: 6,
  slowBodiesBytes: 200_000,
  bodiesBytes: 250_000,
  senderBodiesBytes: 150_000,
}
const NEVER = 0.001

describe('slow bodies', () => {
  let tiny: TransportFixture
  let arrived: number
  beforeAll(async () => {
    tiny = await startTransportFixture({
      limits,
      registerRoutes: (app) => {
        const slowSender = async ({ headers }: { headers: Record<string, unknown> }) => {
          if (headers['authorization'] !== 'Bearer known')
            throw new AppError('INVALID_TOKEN', 'Unknown agent or token.')
          return String(headers['x-agent-id'])
        }
        const take = () => ({ accepted: (arrived += 1) })
        app.post('/short', take)
        app.post('/slow', { bodyLimit: 16_777_216, config: { slowSender } }, take)
      },
      onError: (error) =>
        error instanceof AppError
          ? { code: error.code, message: error.message, status: 401 }
          : { code: 'INTERNAL', message: String(error), status: 500 },
    })
  })
  beforeEach(() => (arrived = 0))
  afterAll(() => tiny.edge.drain(1_000))

  const send = (
    bytes: number,
    bytesPerSecond: number,
    changed: { path?: string; sender?: string; token?: string } = {},
  ) => {
    const { path = '/slow', sender = 'agt_1', token = 'known' } = changed
    return sendSlowly({
      url: `${tiny.url}${path}`,
      headers: { authorization: `Bearer ${token}`, 'x-agent-id': sender },
      body: Buffer.from(JSON.stringify('x'.repeat(bytes - 2))),
      bytesPerSecond,
    })
  }
  const outcome = ({ status, body }: SlowAnswer) => [status, body['code'] ?? (body['errors'] ? 'errors' : 'accepted')]

  it('are accepted from a verified sender, for minutes or at the minimum rate', async () => {
    // At least four times the minimum rate: a machine that pauses this process for a second delays sender and server alike.
    const sizes = [1_000, 20_000, 60_000]
    const rates = [4, 6, 10].map((times) => times * limits.slowBytesPerSecond)
    const all = sizes.flatMap((bytes) => rates.map((rate) => [bytes, rate] as const))
    // The last one needs longer than `slowBodyMilliseconds`, and is accepted for its rate.
    const extended = [140_000, 4 * limits.slowBytesPerSecond] as const
    const chunks = [all.slice(0, 4), all.slice(4, 8), all.slice(8), [extended]]
    for (const [part, group] of chunks.entries()) {
      const ends = await Promise.all(
        group.map(([bytes, rate], index) => send(bytes, rate, { sender: `agt_${part}${index}` })),
      )
      expect(ends.map(outcome)).toEqual(group.map(() => [200, 'accepted']))
    }
    expect(arrived).toBe(all.length + 1)
  })

  it('end with 503 below the minimum rate, so that the sender repeats them', async () => {
    const answer = await send(100_000, limits.slowBytesPerSecond / 2)
    expect(outcome(answer)).toEqual([503, 'UNAVAILABLE'])
    expect(answer.body['request_id']).toBe(answer.requestId)
    expect(answer.seconds * 1000).toBeGreaterThan(limits.slowBodyMilliseconds)
  })

  it.each([
    ['of an unknown sender', { token: 'unknown' }, [401, 'INVALID_TOKEN']],
    ['on other routes', { path: '/short' }, [408, 'REQUEST_TIMEOUT']],
    ['of GraphQL', { path: '/graphql' }, [408, 'errors']],
    ['of unknown routes', { path: '/nothing' }, [408, 'REQUEST_TIMEOUT']],
  ])('%s end early with a request id', async (_where, changed, expected) => {
    const answer = await send(1_000, NEVER, changed)
    expect(outcome(answer)).toEqual(expected)
    expect(answer.requestId).toMatch(/^[\da-f-]{36}$/)
    expect(JSON.stringify(answer.body)).toContain(answer.requestId)
    expect(answer.seconds * 1000).toBeLessThan(limits.slowBodyMilliseconds)
    expect(arrived).toBe(0)
  })

  it('of one sender are bounded: a further one ends the oldest', async () => {
    const dead = send(1_000, NEVER)
    const others = [send(1_000, NEVER, { sender: 'agt_2' })]
    await new Promise((resolve) => setTimeout(resolve, limits.requestMilliseconds))
    const [second, third] = [send(12_000, 20_000), send(12_000, 20_000)]
    expect(outcome(await dead)).toEqual([503, 'UNAVAILABLE'])
    expect((await dead).seconds * 1000).toBeLessThan(limits.slowBodyMilliseconds)
    expect([await second, await third].map(outcome)).toEqual([
      [200, 'accepted'],
      [200, 'accepted'],
    ])
    expect((await others[0]!).seconds * 1000).toBeGreaterThan(limits.slowBodyMilliseconds)
  })

  it('of one address are bounded: further ones end the oldest', async () => {
    const ends = await Promise.all(
      Array.from({ length: limits.slowBodiesPerAddress + 2 }, (_, index) =>
        send(1_000, NEVER, { sender: `agt_${index}` }),
      ),
    )
    expect(ends.map(({ status }) => status)).toEqual(ends.map(() => 503))
    const early = ends.filter(({ seconds }) => seconds * 1000 < limits.slowBodyMilliseconds)
    expect(early).toHaveLength(2)
  })

  it('count with the bytes that have arrived; the slowest is cut when they are too many', async () => {
    // Announced, the three are more than the server holds at a time. None of them waits for room.
    // Too much has arrived after 0.9 s, a third of a second before the faster ones are complete: a busy machine sends in bursts.
    const rates = [60_000, 80_000, 80_000]
    const ends = await Promise.all(rates.map((rate, index) => send(100_000, rate, { sender: `agt_${index}` })))
    expect(ends.map(({ status }) => status)).toEqual([503, 200, 200])
  })
})
