import type { TestServer } from './test-server.js'

/** Ends the pause before the next attempt at every event that could not be processed. The pauses double, up to half an hour. */
export async function retryNow(server: Pick<TestServer, 'query'>): Promise<void> {
  await server.query(`update inbox_object set available_at = now() where pending and lease_until is null`)
}
