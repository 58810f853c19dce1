import { setTimeout as wait } from 'node:timers/promises'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { WebSocket } from 'ws'
import { eventually } from '#test/support/test-server.js'
import { post, startTransportFixture } from '#test/support/transport-fixture.js'

const protocol = 'graphql-transport-ws'

function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, protocol)
  return new Promise((resolve) => socket.once('open', () => resolve(socket)))
}

describe('server drain', () => {
  it('closes sockets, completes requests and rejects new ones', async () => {
    const { edge, url, socketUrl, calls } = await startTransportFixture()
    const socket = await openSocket(socketUrl)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    const rest = fetch(`${url}/api/v1/slow`)
    const graphql = post(url, { query: '{ slow(milliseconds: 300) }' })
    await eventually(
      () => calls.begun,
      (begun) => begun === 2,
    )
    // This limit is never reached: the drain must end with the requests.
    const drained = edge.drain(3_600_000)
    await eventually(
      () => fetch(`${url}/api/v1/thing`).catch((error: Error) => error.message),
      (answer) => answer === 'fetch failed',
    )
    expect(await closed).toBe(1001)
    expect(await (await rest).json()).toEqual({ slow: true })
    expect((await graphql).body.data).toEqual({ slow: 'done' })
    await drained
  })

  it('responds to a request on an open connection during the drain, and closes it', async () => {
    const { edge, url, calls } = await startTransportFixture()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = (path: string): Promise<{ status: number | undefined; connection: string | undefined }> =>
      new Promise((resolve, reject) => {
        get(`${url}${path}`, { agent }, (response) => {
          response.resume().once('end', () => {
            resolve({ status: response.statusCode, connection: response.headers.connection })
          })
        }).once('error', reject)
      })
    await ask('/api/v1/thing')
    const slow = ask('/api/v1/slow')
    await eventually(
      () => calls.begun,
      (begun) => begun === 1,
    )
    const drained = edge.drain(3_600_000)
    expect(await slow).toMatchObject({ status: 200 })
    await drained
    agent.destroy()
  })

  it('closes unresponsive sockets after a grace period, and requests that do not end in time', async () => {
    const { edge, url, socketUrl } = await startTransportFixture()
    const mute = await openSocket(socketUrl)
    mute.pause()
    const endless = connect(Number(new URL(url).port), '127.0.0.1', () => {
      endless.write(
        'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
      )
    })
    const cut = new Promise((resolve) => endless.once('close', () => resolve('cut')))
    endless.on('error', () => undefined)
    await wait(50)
    const began = Date.now()
    await edge.drain(600)
    expect(Date.now() - began).toBeGreaterThan(1_400)
    expect(await cut).toBe('cut')
    mute.terminate()
  })
})
