import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Changes the JSON of a response, which waits until it is changed. Without `times` it stays until it is removed. */
interface Rewrite {
  readonly method: string
  readonly path: RegExp
  readonly change: (body: Record<string, unknown>) => unknown
  times: number
}

/** A gateway in front of a provider that sends some responses on in another shape. */
export interface RewritingProxy {
  /** Sets the target server. Returns the proxy's URL. */
  to(target: string): string
  rewrite(method: string, path: RegExp, change: Rewrite['change'], times?: number): void
  /** From now on responses are sent on as they are. */
  mend(): void
  close(): Promise<void>
}

export async function startRewritingProxy(): Promise<RewritingProxy> {
  let target = ''
  let rewrites: Rewrite[] = []
  const sendOn = async (response: IncomingMessage, { method, url }: IncomingMessage, outgoing: ServerResponse) => {
    const body = await readAll(response)
    const found = rewrites.find((one) => one.times > 0 && one.method === method && one.path.test(url!))
    const sent = found && response.statusCode! < 300 ? await rewritten(found, body) : body
    outgoing.writeHead(response.statusCode!, {
      'content-type': response.headers['content-type'] ?? 'application/json',
      'content-length': sent.length,
      'request-id': response.headers['request-id'] ?? '',
    })
    outgoing.end(sent)
  }
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const forwarded = request(new URL(url!, target), { method: method!, headers }, (response) => {
      void sendOn(response, incoming, outgoing)
    })
    forwarded.on('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    to: (address) => {
      target = address
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    rewrite: (method, path, change, times = Infinity) => void rewrites.push({ method, path, change, times }),
    mend: () => (rewrites = []),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function rewritten(rewrite: Rewrite, body: Buffer): Promise<Buffer> {
  rewrite.times -= 1
  return Buffer.from(JSON.stringify(await rewrite.change(JSON.parse(body.toString()) as Record<string, unknown>)))
}
