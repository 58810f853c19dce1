import type { TestServer } from './test-server.js'

/**
 * Expects every invariant of the installed modules to hold; a violation is shown with its counterexample.
 * @param without rules that a test has broken on purpose, as by giving plans without subscriptions
 */
export async function expectInvariants(
  server: Pick<TestServer, 'app'>,
  without: readonly string[] = [],
): Promise<void> {
  const { database, catalog, declared } = server.app.context
  const found = await declared.invariants.check(database, catalog.current())
  expect(found.filter(({ ok, name }) => !ok && !without.includes(name))).toEqual([])
}
