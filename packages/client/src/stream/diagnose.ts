import { misuse, type StackgateError } from '../errors.js'
import type { Http } from '../http.js'
import type { PreparedDocument } from '../operation.js'

const DOCUMENT = { kind: 'query', text: '{__typename}' } as PreparedDocument

/** Asks the server over HTTP why its WebSockets fail: a WebSocket only reports that it failed. */
export async function diagnose(http: Http, error: StackgateError, isSocketOnly: boolean): Promise<StackgateError> {
  const operations = [{ document: DOCUMENT, variables: {} }]
  try {
    await http.send({ operations, token: null, account: undefined, signal: AbortSignal.timeout(10_000) })
  } catch (cause) {
    // Another server responds. Without any response, the error of the WebSocket says as much.
    return (cause as StackgateError).code === 'BAD_RESPONSE' ? (cause as StackgateError) : error
  }
  return isSocketOnly ? misuse("No WebSocket passes. Set transport: 'sse'.") : error
}
