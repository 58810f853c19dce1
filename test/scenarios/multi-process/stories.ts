import { jest } from '@jest/globals'

/**
 * Runs scenarios again with two API processes and one worker on one PostgreSQL: requests and sockets alternate, and one
 * process is killed in the middle. Each run of the suite includes one scenario with sockets, polls, payments and a renewal;
 * `npm run test:long -- multi-process` runs all of them.
 */
export async function rerunScenario(...stories: readonly string[]): Promise<void> {
  process.env['STACKGATE_SERVERS'] = '2'
  jest.setTimeout(300_000)
  // Each registers its tests when it is loaded, one after the other.
  for (const story of stories) await import(`../${story}.test.js`)
}
