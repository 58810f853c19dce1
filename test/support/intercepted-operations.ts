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
