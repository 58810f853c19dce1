import { EventEmitter } from 'node:events'
import type { Page, Route } from 'playwright-core'

/** Operations that the frame of every page reads. */
const FRAME = ['Viewer', 'Installation']

interface SentOperation {
  readonly query?: string
  readonly operationName?: string
}

interface ReturnedResult {
  readonly data?: unknown
  readonly errors?: unknown
}

const nameOf = ({ query = '' }: SentOperation): string => /(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? ''

const FAILURE = { errors: [{ message: 'Internal server error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }

/** True for requests with an operation that is not one of the frame. */
function readsContent(route: Route): boolean {
  const sent = route.request().postDataJSON() as SentOperation | SentOperation[] | null
  return sent !== null && [sent].flat().some((operation) => !FRAME.includes(nameOf(operation)))
}

/** Operations of a page except those of the frame. */
export interface InterceptedOperations {
  /** From now on, and for those that wait, the server fails. Until then it does not respond. */
  readonly fail: () => void
  /** From now on the server responds. */
  readonly end: () => Promise<void>
}

/** Holds the operations of a page that is opened afterwards. */
export async function interceptOperations(page: Page): Promise<InterceptedOperations> {
  let fail!: () => void
  const held = new Promise<void>((done) => {
    fail = done
  })
  const handler = async (route: Route): Promise<void> => {
    if (!readsContent(route)) return route.continue()
    await held
    const sent = [route.request().postDataJSON() as SentOperation | SentOperation[]].flat()
    // The page may have been left, and the route ended.
    const response = await route.fetch().catch(() => null)
    if (!response) return
    const results = (await response.json()) as ReturnedResult | ReturnedResult[]
    const failed = [results].flat().map((result, index) => (FRAME.includes(nameOf(sent[index]!)) ? result : FAILURE))
    await route.fulfill({ response, json: Array.isArray(results) ? failed : failed[0] }).catch(() => undefined)
  }
  await page.route('**/graphql', handler)
  return { fail, end: () => page.unroute('**/graphql', handler) }
}

/** Delays the first result of an operation until something has happened: the page receives what was true before. */
export async function delayFirstResult(page: Page, operation: string, during: () => Promise<unknown>): Promise<void> {
  let isFirst = true
  await page.route('**/graphql', async (route) => {
    const sent = route.request().postDataJSON() as SentOperation | SentOperation[] | null
    const names = sent === null ? [] : [sent].flat().map(nameOf)
    if (!isFirst || !names.includes(operation)) return route.continue()
    isFirst = false
    const response = await route.fetch()
    await during()
    await route.fulfill({ response })
  })
}

/** Responds to an operation with an error instead of the result. Returns a function that ends it. */
export async function failOperation(page: Page, operation: string, code: string): Promise<() => Promise<void>> {
  const handler = async (route: Route): Promise<void> => {
    const sent = route.request().postDataJSON() as SentOperation | SentOperation[] | null
    const names = sent === null ? [] : [sent].flat().map(nameOf)
    if (!names.includes(operation)) return route.continue()
    // The page may have been left, and the route ended.
    const response = await route.fetch().catch(() => null)
    if (!response) return
    const results = (await response.json()) as ReturnedResult | ReturnedResult[]
    const failure = { errors: [{ message: 'Something is wrong.', extensions: { code } }] }
    const failed = [results].flat().map((result, index) => (names[index] === operation ? failure : result))
    await route.fulfill({ response, json: Array.isArray(results) ? failed : failed[0] }).catch(() => undefined)
  }
  await page.route('**/graphql', handler)
  return () => page.unroute('**/graphql', handler)
}

/** Waits for a message over a WebSocket that contains a text. Call it before the page opens its socket. */
export const receivedMessage = (page: Page, text: string): Promise<void> =>
  new Promise((received) => {
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (payload.includes(text)) received()
      }),
    )
  })

/** Holds the WebSockets of a page that is opened afterwards. Returns a function that lets them through. */
export async function holdSockets(page: Page): Promise<() => void> {
  const release = new EventEmitter()
  await page.routeWebSocket(/\/graphql/, (socket) => {
    const early: (string | Buffer)[] = []
    socket.onMessage((message) => void early.push(message))
    release.once('release', () => {
      const server = socket.connectToServer()
      for (const message of early) server.send(message)
      socket.onMessage((message) => server.send(message))
    })
  })
  return () => void release.emit('release')
}
