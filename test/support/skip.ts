type TestBody = (() => void) | (() => Promise<void>)

/**
 * `it`, or a skipped test whose title names the reason; `npm test` lists these titles at its end. The reason is null where the test can run.
 */
export function itUnless(reason: string | null): (title: string, run: TestBody) => void {
  return reason === null
    ? (title, run) => it(title, async () => run())
    : (title, run) => it.skip(`${title} (skipped: ${reason})`, async () => run())
}

/** The same for a whole `describe`. */
export function describeUnless(reason: string | null): (title: string, define: () => void) => void {
  return reason === null
    ? (title, define) => describe(title, define)
    : (title, define) => describe.skip(`${title} (skipped: ${reason})`, define)
}
