import type { Sandbox } from '@stackgate/sandbox/sandbox.js'

/** Fails when the sandbox, started `checked`, answered or sent anything that the providers' own schemas do not allow. */
export function expectNoViolations({ violations }: Pick<Sandbox, 'violations'>): void {
  if (violations.length === 0) return
  throw new Error(`the sandbox broke the providers' schemas:\n${[...new Set(violations)].slice(0, 20).join('\n')}`)
}
