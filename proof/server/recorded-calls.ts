import { Kind, OperationTypeNode, parse } from 'graphql'
import type { TestServer } from '#test/support/test-server.js'

/** Calls of the public API of a server: mutations by name, routes by method and path. */
export interface RecordedCalls {
  readonly calls: ReadonlySet<string>
  stop(): void
}

/** Recorders that observe the requests of this process now, each with the address of its server. */
const recorders = new Map<Set<string>, string>()
const original = globalThis.fetch

const observed: typeof fetch = (input, init) => {
  const target = input instanceof Request ? input.url : String(input)
  for (const [calls, url] of recorders)
    if (target.startsWith(`${url}/`))
      for (const operation of operationsOf(target.slice(url.length), init)) calls.add(operation)
  return original(input, init)
}

/** Observes every request of this process to a server. Clients and agents use `fetch`. */
export function recordCalls(url: string): RecordedCalls {
  const calls = new Set<string>()
  recorders.set(calls, url)
  globalThis.fetch = observed
  return {
    calls,
    stop: () => {
      recorders.delete(calls)
      if (recorders.size === 0) globalThis.fetch = original
    },
  }
}

/** The calls with the webhooks that the server received: the sandbox does not send them through the global `fetch`. */
export async function withWebhooks(server: TestServer, calls: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const rows = await server.query<{ provider: string }>(`select distinct lower(provider) as provider from inbox_event`)
  return new Set([...calls, ...rows.map(({ provider }) => `POST /webhooks/${provider}`)])
}

function operationsOf(target: string, init: RequestInit | undefined): string[] {
  const [path = ''] = target.split('?')
  if (path !== '/graphql') return [`${init?.method ?? 'GET'} ${path}`]
  const { query } = JSON.parse(typeof init?.body === 'string' ? init.body : '{}') as { query?: string }
  return parse(query ?? '{ __typename }').definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION
      ? definition.selectionSet.selections.flatMap((field) => (field.kind === Kind.FIELD ? [field.name.value] : []))
      : [],
  )
}
