import { jest } from '@jest/globals'

/**
 * Tells stories again with two API processes and one worker on one PostgreSQL: requests and sockets in turn to each, and one killed in the
 * middle. Imported by files of a few stories each, so that they run beside each other.
 */
export async function rerunScenario(...stories: readonly string[]): Promise<void> {
  process.env['STACKGATE_SERVERS'] = '2'
  jest.setTimeout(300_000)
  // Each registers its tests when it is loaded, one after the other.
  for (const story of stories) await import(`../${story}.test.js`)
}
