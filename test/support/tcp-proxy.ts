import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A way to a server that can be cut, as a network or a restart does. */
export interface TcpProxy {
  /** The same address, by way of the proxy. */
  through(url: string): string
  /** Breaks every connection and rejects new ones. */
  cut(): Promise<void>
  /**
   * Drops every byte in both directions and closes nothing, as a failover, a NAT gateway or a frozen disk does. Connections of before stay
   * silent forever; new ones are accepted and stay silent too.
   */
  silence(): void
  /** Lets new connections through again, after `cut` or `silence`. */
  mend(): Promise<void>
  close(): Promise<void>
}

export async function openTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let silent = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    return socket
  }
  const drop = (socket: Socket) => {
    socket.unpipe()
    socket.removeAllListeners('end')
    socket.on('data', () => undefined)
  }
  const server: Server = createServer({ allowHalfOpen: true }, (inside) => {
    keep(inside)
    if (silent) return drop(inside)
    const outside = keep(connect({ ...target, allowHalfOpen: true }))
    inside.pipe(outside).pipe(inside)
    inside.on('close', () => outside.destroy())
    outside.on('close', () => inside.destroy())
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  return {
    through: (url) => Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href,
    cut,
    silence: () => {
      silent = true
      sockets.forEach(drop)
    },
    mend: async () => {
      silent = false
      if (!server.listening) await listen(port)
    },
    close: () => (server.listening ? cut() : Promise.resolve()),
  }
}
