import type { PayPalContract } from './payload.js'

/** A contract as the committed file: one line per route, issue and definition, so that a change shows as its line. */
export function printPayPalContract({ source, routes, ...sections }: PayPalContract): string {
  const list = routes.map((route) => JSON.stringify(route)).join(',\n')
  const parts = Object.entries(sections).map(([name, entries]) => `${JSON.stringify(name)}: {\n${lines(entries)}\n}`)
  return `{\n${[`"source": ${JSON.stringify(source)}`, `"routes": [\n${list}\n]`, ...parts].join(',\n')}\n}\n`
}

/** Returns the differences between two contracts, one line per route, issue or definition. */
export function diffPayPalContracts(before: PayPalContract, after: PayPalContract): string[] {
  const changes = before.source === after.source ? [] : [`${before.source} is now ${after.source}`]
  const [old, now] = [new Set(before.routes), new Set(after.routes)]
  changes.push(...after.routes.filter((route) => !old.has(route)).map((route) => `${route}: new route`))
  changes.push(...before.routes.filter((route) => !now.has(route)).map((route) => `${route}: route removed`))
  for (const section of ['operations', 'issues', 'definitions'] as const) {
    const [was, is]: Record<string, unknown>[] = [before[section], after[section]]
    for (const key of new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])) {
      const [left, right] = [JSON.stringify(was?.[key]), JSON.stringify(is?.[key])]
      if (left === right) continue
      changes.push(`${section} ${key}: ${left === undefined ? 'new' : right === undefined ? 'removed' : 'changed'}`)
    }
  }
  return changes
}

function lines(entries: Record<string, unknown>): string {
  return Object.entries(entries)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n')
}
