import type { Sandbox } from '@stackgate/sandbox/sandbox.js'

/** Fails if the sandbox, started `checked`, returned or sent anything that violates the providers' schemas. */
export function expectNoViolations({ violations }: Pick<Sandbox, 'violations'>): void {
  if (violations.length === 0) return
  throw new Error(`the sandbox broke the providers' schemas:\n${[...new Set(violations)].slice(0, 20).join('\n')}`)
}
