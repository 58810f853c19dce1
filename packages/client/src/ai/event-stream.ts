import type { MeteredCall } from './metered-call.js'

const EVENT = /^data: ?(.*)$/

/** The response with the same events, which are read when the application reads them. Ends the call with its body. */
export function meterEventStream(call: MeteredCall, response: Response, read: (item: unknown) => void): Response {
  if (!response.body) return response
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  const readText = (text: string): void => {
    const lines = (rest + text).split(/\r?\n/)
    rest = lines.pop()!
    for (const line of lines) {
      const [, data] = EVENT.exec(line) ?? []
      const item = data === undefined ? undefined : parse(data)
      if (item !== undefined) read(item)
    }
  }
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await call.whileWaiting(reader.read())
        if (done) {
          readText('\n')
          await call.end()
          controller.close()
        } else {
          readText(decoder.decode(value, { stream: true }))
          controller.enqueue(value)
        }
      } catch (error) {
        await call.end()
        controller.error(error)
      }
    },
    async cancel(reason) {
      await reader.cancel(reason).catch(() => undefined)
      await call.end()
    },
  })
  return new Response(body, response)
}

/** Undefined for what is no JSON, such as the mark of an end. */
function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown
  } catch {
    return undefined
  }
}
