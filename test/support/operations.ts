import { inspect } from 'node:util'
import { recordStream } from './graphql-stream.js'
import { eventually, type TestServer } from './test-server.js'

/** An operation of the schema, by its kind and name. */
export type OperationName = `${'Query' | 'Mutation' | 'Subscription'}.${string}`

/** Every operation that the server offers now. */
export async function operationsOf(server: TestServer): Promise<OperationName[]> {
  const { data } = await server.graphql<{ __schema: { types: { name: string; fields: { name: string }[] | null }[] } }>(
    '{ __schema { types { name fields { name } } } }',
  )
  return ['Query', 'Mutation', 'Subscription'].flatMap((root) =>
    data.__schema.types
      .find(({ name }) => name === root)!
      .fields!.map(({ name }) => `${root}.${name}` as OperationName),
  )
}

/** Every REST route that the server offers now, as `GET /health/live`. */
export function routesOf(server: TestServer): string[] {
  const printed = server.app.edge.app.printRoutes({ commonPrefix: false })
  // A route below another one is printed below it, indented, with the rest of its path.
  const parents: string[] = []
  return printed.split('\n').flatMap((line) => {
    const [, indent, rest, methods] = /^((?:│ {3}| {4})*)[├└]── (\S*)(?: \((.+)\))?$/u.exec(line) ?? []
    if (indent === undefined) return []
    const depth = indent.length / 4
    const path = `${depth ? parents[depth - 1]! : ''}${rest}`
    parents[depth] = path
    return (methods?.split(', ') ?? []).flatMap((method) =>
      ['HEAD', 'OPTIONS'].includes(method) ? [] : [`${method} ${withOwnNames(server, method, path)}`],
    )
  })
}

/** Routes that share a part of their paths are printed with all names of the part, as in `:hash|:id`. */
function withOwnNames(server: TestServer, method: string, path: string): string {
  if (!path.includes('|')) return path
  const url = path.replaceAll(/(:\w+)(?:\|:\w+)+/g, '$1')
  const found = server.app.edge.app.findRoute({ method, url })
  const names = Object.keys(found?.params ?? {}).values()
  return url.replaceAll(/:\w+/g, () => `:${names.next().value}`)
}

/** The one root field of a result, or the denial code. */
export type Outcome =
  | { readonly kind: 'data'; readonly value: unknown }
  | { readonly kind: 'error'; readonly code: string; readonly message: string }

/**
 * Runs any operation as a caller: queries and mutations over HTTP, subscriptions over a socket until the first event or
 * denial.
 */
export async function callAs(
  server: TestServer,
  token: string | null,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Outcome> {
  if (query.startsWith('subscription')) return subscribeAs(server, token, query, variables)
  const { data, errors } = await server.graphql<Record<string, unknown> | null>(query, variables, token)
  const [error] = errors ?? []
  if (error) return { kind: 'error', code: error.extensions.code, message: error.message }
  const value = Object.values(data!)[0]
  const hidden = hiddenFrom(value)
  return hidden ? { kind: 'error', ...hidden } : { kind: 'data', value }
}

/** The denial of a mutation of many objects if the caller can see none of them: each has its own. */
function hiddenFrom(value: unknown): { readonly code: string; readonly message: string } | null {
  if (!Array.isArray(value) || value.length === 0) return null
  const answers = value as readonly ({ readonly code?: string; readonly message?: string } | null)[]
  return answers.every((answer) => answer?.code === 'NOT_FOUND')
    ? { code: 'NOT_FOUND', message: answers[0]?.message ?? '' }
    : null
}

async function subscribeAs(
  server: TestServer,
  token: string | null,
  query: string,
  variables: Record<string, unknown>,
): Promise<Outcome> {
  const stream = await recordStream<unknown>(server.url, token, query, variables)
  await eventually(
    () => stream.errors.length + stream.events.length,
    (count) => count > 0,
  )
  await stream.stop()
  const [error] = stream.errors as { message: string; extensions?: { code: string } }[]
  // The connection ended without an answer.
  if (error && !error.extensions) throw new Error(`${query}: ${inspect(error, { depth: 0 })}`)
  if (error?.extensions) return { kind: 'error', code: error.extensions.code, message: error.message }
  return { kind: 'data', value: stream.events[0] }
}

/** Cursor before the first event of a stream, so that a subscription has an event immediately. */
export const beginningOf = (streamId: string): string => Buffer.from(`${streamId}:0`).toString('base64url')
