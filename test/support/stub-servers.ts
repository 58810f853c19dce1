import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A small server of a test, on loopback. */
export interface StubServer {
  readonly url: string
  close(): Promise<void>
}

async function serve(
  handle: (request: IncomingMessage, body: string, response: ServerResponse) => void,
): Promise<StubServer> {
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => handle(request, body, response))
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

const send = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** Vault's key-value engine version 2 at `secret`, as its HTTP API is documented: data, metadata, versions, 403 without a token. */
export async function startVault(
  token: string,
): Promise<StubServer & { secrets: Map<string, unknown>; sealed: boolean; onWrite: () => Promise<void> }> {
  const secrets = new Map<string, unknown>()
  const vault = {
    secrets,
    sealed: false,
    /** Delay of a write. */
    onWrite: () => Promise.resolve(),
    url: '',
    close: () => Promise.resolve(),
  }
  const server = await serve((request, body, response) => {
    const [, kind, path = ''] = /^\/v1\/secret\/(data|metadata)\/(.+)$/.exec(request.url ?? '') ?? []
    if (vault.sealed) return send(response, 503, { errors: ['Vault is sealed'] })
    if (request.headers['x-vault-token'] !== token) return send(response, 403, { errors: ['permission denied'] })
    if (kind === 'data' && request.method === 'GET')
      return secrets.has(path)
        ? send(response, 200, { data: { data: secrets.get(path), metadata: { version: 1 } } })
        : send(response, 404, { errors: [] })
    if (kind === 'data' && request.method === 'POST') {
      const write = async () => {
        await vault.onWrite()
        secrets.set(path, (JSON.parse(body) as { data: unknown }).data)
        send(response, 200, { data: { version: 1 } })
      }
      return void write()
    }
    if (kind === 'metadata' && request.method === 'DELETE') {
      secrets.delete(path)
      return response.writeHead(204).end()
    }
    return send(response, 405, { errors: ['unsupported operation'] })
  })
  return Object.assign(vault, server)
}

export interface RecordedComposeCall {
  readonly method: string
  readonly path: string
  readonly body: string
}

/** Compose agent: checks its token, records its requests and returns the configured responses. */
export async function startComposeAgent(token: string): Promise<
  StubServer & {
    calls: RecordedComposeCall[]
    answer: (path: string) => { status: number; body?: unknown; hang?: boolean }
  }
> {
  const calls: RecordedComposeCall[] = []
  const agent = {
    calls,
    answer: (_path: string): { status: number; body?: unknown; hang?: boolean } => ({
      status: 200,
      body: { ok: true },
    }),
    url: '',
    close: () => Promise.resolve(),
  }
  const server = await serve((request, body, response) => {
    calls.push({ method: request.method!, path: request.url!, body })
    if (request.headers.authorization !== `Bearer ${token}`) return send(response, 401, { error: 'unknown token' })
    const { status, body: answer, hang } = agent.answer(request.url!)
    return hang ? undefined : send(response, status, answer ?? {})
  })
  return Object.assign(agent, server)
}
