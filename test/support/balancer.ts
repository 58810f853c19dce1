import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'

/** A server behind the balancer. */
export interface Backend {
  readonly url: string
  /** As kill -9 does it; resolves when the process is gone. */
  kill(): Promise<void>
}

/** Reverse proxy that distributes requests and sockets round-robin over the available servers. */
export interface Balancer {
  readonly url: string
  /** Number of requests and sockets per server. */
  readonly counts: readonly { requests: number; sockets: number }[]
  /** Kills the first server now, with all that it holds. */
  killFirst(): Promise<void>
  /** Resolves when the first server has been killed. */
  readonly killed: Promise<void>
  close(): Promise<void>
}

/**
 * Distributes requests over servers. After `killAfter` requests it kills the first one at a moment without pending
 * responses; the fault tests cover interrupted responses and sockets. Requests to the killed server are sent to the
 * other one.
 */
export async function startBalancer(port: number, backends: readonly Backend[], killAfter: number): Promise<Balancer> {
  const states = backends.map((backend) => ({ backend, alive: true, open: 0, requests: 0, sockets: 0 }))
  const sockets = new Set<Socket>()
  let turn = 0
  let seen = 0
  let killing: Promise<void> | null = null
  let reportKilled: () => void = () => undefined
  const killed = new Promise<void>((resolve) => (reportKilled = resolve))

  const next = () => {
    const alive = states.filter((state) => state.alive)
    return alive[turn++ % alive.length]!
  }
  /** The first server is killed when it has no pending responses. Until then it gets no new requests. */
  const maybeKill = async (): Promise<void> => {
    const [first] = states
    if (seen < killAfter || !first!.alive || first!.open > 0 || states.length < 2) return killing ?? undefined
    first!.alive = false
    killing = first!.backend.kill().then(reportKilled)
    return killing
  }

  const forward = (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const state = next()
    state.open++
    state.requests++
    const target = new URL(request.url ?? '/', state.backend.url)
    // Each request uses a separate connection, because a server can close a kept-alive one at the time of its reuse.
    const options = { method: request.method, headers: request.headers, agent: false }
    const outgoing = httpRequest(target, options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    response.on('close', () => {
      state.open--
      outgoing.destroy()
      void maybeKill()
    })
    outgoing.end(body)
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen++
      void maybeKill().then(() => forward(request, response, Buffer.concat(chunks)))
    })
  })
  // The keep-alive header of a backend promises its clients a longer time than the default of 5 s: a connection closed earlier
  // is reset when a client uses it again.
  server.keepAliveTimeout = 0
  server.on('upgrade', (request, socket: Socket, head: Buffer) => {
    const state = next()
    state.open++
    state.sockets++
    const { hostname, port: backendPort } = new URL(state.backend.url)
    const upstream = connect(Number(backendPort), hostname, () => {
      const headers = request.rawHeaders.flatMap((text, index) =>
        index % 2 ? [] : [`${text}: ${request.rawHeaders[index + 1]}`],
      )
      upstream.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
      upstream.write(head)
      upstream.pipe(socket).pipe(upstream)
    })
    sockets.add(socket)
    for (const one of [socket, upstream]) one.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      state.open--
      upstream.destroy()
    })
    upstream.on('close', () => socket.destroy())
  })
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts: states,
    killFirst: () => {
      states[0]!.alive = false
      killing ??= states[0]!.backend.kill().then(reportKilled)
      return killing
    },
    killed,
    close: async () => {
      sockets.forEach((socket) => socket.destroy())
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
