const url = (import.meta.env.VITE_STACKGATE_URL as string | undefined) ?? 'http://127.0.0.1:4000/graphql'
const RECONNECT_MS = 1000

/**
 * Token of the signed-in user, from the host. It is not kept: browsers that block the cookies of other sites deny a
 * frame its storage too.
 */
export const token = new URLSearchParams(location.hash.slice(1)).get('token')

/** A refusal of the server, with the code that says which. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message)
  }
}

function send(query: string, variables: object, accept: string): Promise<Response> {
  const headers = { accept, authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
}

/** Runs an operation. Errors and denials are thrown as `ApiError`. */
export async function graphql<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await send(query, variables, 'application/json')
  const { data, errors } = (await response.json()) as {
    data: Data
    errors?: { message: string; extensions: { code: string } }[]
  }
  if (errors?.[0]) throw new ApiError(errors[0].message, errors[0].extensions.code)
  for (const result of Object.values(
    data as Record<string, { denial?: { code: string; message: string } | null } | null>,
  ))
    if (result?.denial) throw new ApiError(result.denial.message, result.denial.code)
  return data
}

const EVENTS = `subscription ($after: String) { billingEvents(after: $after) { cursor } }`

/** Calls `onEvent` for each billing event after the cursor, also after the connection was interrupted. Never returns. */
export async function follow(cursor: string, onEvent: () => void): Promise<never> {
  let after = cursor
  for (;;) {
    try {
      const { body } = await send(EVENTS, { after }, 'text/event-stream')
      let text = ''
      const decoder = new TextDecoder()
      for await (const chunk of body!) {
        text += decoder.decode(chunk, { stream: true })
        const events = text.split('\n\n')
        text = events.pop()!
        for (const event of events) {
          const next = /^id: (.+)$/m.exec(event)?.[1]
          if (!next) continue
          after = next
          onEvent()
        }
      }
    } catch {
      // The connection was interrupted.
    }
    await new Promise((done) => setTimeout(done, RECONNECT_MS))
  }
}
