import { checkInvariants } from '../../src/services/ops/invariants/check-invariants.js'
import type { TestServer } from './test-server.js'

/**
 * Every rule that must always hold holds in the house; what does not is shown with its counterexample.
 * @param without rules that a test has broken on purpose, as by giving plans without subscriptions
 */
export async function expectInvariants(house: Pick<TestServer, 'app'>, without: readonly string[] = []): Promise<void> {
  const { database, catalog } = house.app.context
  const found = await checkInvariants(database, catalog.current())
  expect(found.filter(({ ok, name }) => !ok && !without.includes(name))).toEqual([])
}
