import type { Contract } from './shape.js'

/** A contract as the committed file: one line per route, event and definition, so that a change shows as its line. */
export function printContract(contract: Contract): string {
  const { sdk, apiVersion, routes, ...sections } = contract
  const lines = Object.entries(sections).map(
    ([name, entries]) => `${JSON.stringify(name)}: {\n${printEntries(entries)}\n}`,
  )
  const list = routes.map((route) => JSON.stringify(route)).join(',\n')
  const head = `"sdk": ${JSON.stringify(sdk)},\n"apiVersion": ${JSON.stringify(apiVersion)}`
  return `{\n${[head, `"routes": [\n${list}\n]`, ...lines].join(',\n')}\n}\n`
}

function printEntries(entries: Record<string, unknown>): string {
  return Object.entries(entries)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n')
}
