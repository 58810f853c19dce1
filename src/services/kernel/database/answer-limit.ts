import type pg from 'pg'

/** Connections whose database does not answer are looked for so often within the limit. */
const LOOKS = 15

/** What a connection owes: how many answers, and since when the next of them. */
interface Owed {
  answers: number
  since: number
}

/**
 * Ends a connection that was asked something and has not answered for so long; whoever waits is told that it was terminated. One clock for
 * all statements of a pool: with `query_timeout` the driver sets one for each, and what such a statement was sent then outlives the small
 * collections of the heap, until a full one holds everybody up. Answers how to end the watch.
 */
export function limitAnswers(pool: pg.Pool, milliseconds: number): () => void {
  const owing = new Map<pg.PoolClient, Owed>()
  pool.on('connect', (client) => noteQuestions(client, owing))
  pool.on('remove', (client) => void owing.delete(client))
  const look = setInterval(() => {
    const latest = performance.now() - milliseconds
    for (const [client, { since }] of owing) if (since < latest) void client.end()
  }, milliseconds / LOOKS)
  look.unref()
  return () => clearInterval(look)
}

/** The driver is asked by the pool, which gives it a function to call, and by ourselves, who await. */
function noteQuestions(client: pg.PoolClient, owing: Map<pg.PoolClient, Owed>): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown
  const asked = (): void => {
    const owed = owing.get(client)
    if (owed) owed.answers++
    else owing.set(client, { answers: 1, since: performance.now() })
  }
  const answered = (): void => {
    const owed = owing.get(client)
    if (owed && --owed.answers > 0) owed.since = performance.now()
    else owing.delete(client)
  }
  client.query = ((...args: unknown[]) => {
    asked()
    const told = args.at(-1)
    if (typeof told !== 'function') return (query(...args) as Promise<unknown>).finally(answered)
    return query(...args.slice(0, -1), (...answer: unknown[]) => {
      answered()
      ;(told as (...answer: unknown[]) => void)(...answer)
    })
  }) as typeof client.query
}
