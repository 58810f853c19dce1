import { spawnSync } from 'node:child_process'

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

/** The reason for which a test cannot run: a program is missing, or what it prints is of another version. */
export function withoutProgram(command: string, args: readonly string[], wanted: RegExp): string | null {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  return wanted.test(`${stdout ?? ''}${stderr ?? ''}`) ? null : `needs ${command}`
}

/** Reasons for which tests of generators cannot run. */
export const withoutGo = (): string | null => withoutProgram('go', ['version'], /go1\.(?:2[6-9]|[3-9]\d)/)
export const withoutMaven = (): string | null =>
  withoutProgram('java', ['-version'], /version "(?:1[7-9]|[2-9]\d)/) ?? withoutProgram('mvn', ['-v'], /Apache Maven 3/)
