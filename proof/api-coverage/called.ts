import { operationOf, operationsBy } from '#proof/api-coverage/operations.js'

/** Operations of the coverage table in recorded calls. */
export const calledOperations = (calls: ReadonlySet<string>): string[] => [
  ...new Set([...calls].flatMap((call) => operationOf(call) ?? [])),
]

/** How many operations of the coverage table were called. */
export function coverageFigures(called: readonly string[]): Record<string, string> {
  const all = [...new Set([...operationsBy('customers'), ...operationsBy('tenants')])]
  const missing = all.filter((name) => !called.includes(name))
  return {
    'operations of the coverage table that were called': `${all.length - missing.length} of ${all.length}`,
    ...(missing.length === 0 ? {} : { 'not called in this run': missing.join(', ') }),
  }
}
