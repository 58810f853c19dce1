import {
  createStackgate,
  type Stackgate,
  type StackgateOptions,
  type StreamState,
  type TypedDocument,
} from '@stackgate/client'
import { randomUUID } from 'node:crypto'
import WebSocket from 'ws'
import { enqueue, type TestDeployment } from '#test/support/deployments.js'
import { eventually, type TestServer } from '#test/support/test-server.js'

/** A typed document of a text, as code generators make them. */
export const text = <Result, Variables = Record<string, never>>(body: string): TypedDocument<Result, Variables> =>
  Object(body) as TypedDocument<Result, Variables>

export interface CommandItem {
  readonly __typename: 'Event' | 'Resync'
  readonly cursor: string
  readonly sequence: number
}

export const COMMANDS = text<{ commandStatus: CommandItem }, { hash: string; after?: string | null }>(
  `subscription Commands($hash: ID!, $after: String) {
    commandStatus(deploymentId: $hash, after: $after) { __typename cursor ... on Event { sequence } } }`,
)

export const TRANSPORTS = ['websocket', 'sse'] as const

/** A client of a server, by way of another address if there is one. */
export const clientOf = (url: string, options: Partial<StackgateOptions> = {}): Stackgate =>
  createStackgate({
    url: `${url.replace(/\/$/, '')}/graphql`,
    WebSocket,
    ...options,
  })

/** Items and states of a stream. */
export interface Followed {
  readonly seen: CommandItem[]
  readonly resyncs: string[]
  readonly states: StreamState[]
  readonly close: () => void
}

/** Follows the commands of a deployment. */
export async function followCommands(client: Stackgate, hash: string, after: string | null = null): Promise<Followed> {
  const seen: CommandItem[] = []
  const resyncs: string[] = []
  const states: StreamState[] = []
  const handle = await client.follow(
    COMMANDS,
    { hash },
    {
      after,
      onItem: (item) => void seen.push(item),
      onResync: ({ reason }) => void resyncs.push(reason ?? ''),
      onState: (state) => void states.push(state),
    },
  )
  return { seen, resyncs, states, close: () => handle.close() }
}

/** Numbers of the events that the stream of a deployment has, in order. */
export const journalOf = async (server: TestServer, { id }: TestDeployment): Promise<number[]> =>
  (
    await server.query<{ sequence: number }>(
      `select sequence::int as sequence from stream_event where stream_id = $1 and type like 'command.%' order by sequence`,
      [id],
    )
  ).map(({ sequence }) => sequence)

/** Makes events: each command is one. */
export async function makeEvents(server: TestServer, deployment: TestDeployment, count: number): Promise<void> {
  for (let made = 0; made < count; made += 20)
    await Promise.all(
      Array.from({ length: Math.min(20, count - made) }, () => enqueue(server, deployment, { key: randomUUID() })),
    )
}

/** Cursor of the stream of a deployment, as a page reads it with its state. */
export async function cursorOf(server: TestServer, { hash, owner }: TestDeployment): Promise<string> {
  const { data } = await server.graphql<{ deployment: { cursor: string } }>(
    `query ($hash: ID!) { deployment(id: $hash) { cursor } }`,
    { hash },
    owner,
  )
  return data.deployment.cursor
}

/** Waits until the stream has delivered as many items as there are events, and compares them. */
export async function expectAll(server: TestServer, deployment: TestDeployment, { seen }: Followed): Promise<void> {
  const expected = await journalOf(server, deployment)
  await eventually(
    () => seen.length,
    (count) => count >= expected.length,
    30_000,
  )
  expect(seen.map(({ sequence }) => sequence)).toEqual(expected)
}
