import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSandboxClock } from '#services/ops/advance-clock/sandbox-clock.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

describe('the clock of the sandbox, as the server reads it', () => {
  let server: Server
  let answer: [number, string] = [200, '{}']
  const move = () => {
    const { port } = server.address() as AddressInfo
    return createSandboxClock(new URL(`http://127.0.0.1:${port}`), 'token', systemTimers).move(new Date(0))
  }
  beforeAll(async () => {
    server = createServer((_request, response) => void response.writeHead(answer[0]).end(answer[1]))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })

  afterAll(() => server.close())

  it.each([
    [
      400,
      '{"error":{"code":"BAD_INPUT","message":"That is more than 20 years away."}}',
      'That is more than 20 years away.',
    ],
    [
      500,
      '{"error":{"code":"INTERNAL","message":"The price specified is inactive."}}',
      'The price specified is inactive.',
    ],
    [502, '<html>', 'It responded with 502.'],
  ])('says why it does not move: %i %s', async (status, body, sentence) => {
    answer = [status, body]
    await expect(move()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `The payment sandbox did not move its clock. ${sentence}`,
    })
  })

  it('says that the sandbox does not respond', async () => {
    await expect(createSandboxClock(new URL('http://127.0.0.1:9'), 'token', systemTimers).read()).rejects.toMatchObject(
      {
        code: 'UNAVAILABLE',
        message: 'The clock of the payment sandbox does not respond.',
      },
    )
  })
})
