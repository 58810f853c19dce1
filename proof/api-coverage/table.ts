import { MUTATIONS, ROUTES, type Coverage } from '#proof/api-coverage/operations.js'
import { mutationCards } from '#test/support/mutation-cards.js'

const POPULATIONS = { customers: 'customers', tenants: 'tenants' } as const

/** Markdown of the operations that move something, and the list of the others by group. */
export function coverageTable(): string {
  const rows = [...mutationRows(), ...Object.entries(ROUTES)]
  const moving = rows.flatMap(([name, coverage]) => (coverage.moves === null ? [] : [rowOf(name, coverage)]))
  const groups = Map.groupBy(
    rows.flatMap(([name, coverage]) => (coverage.moves === null ? [{ name, group: coverage.group }] : [])),
    ({ group }) => group,
  )
  const part = rows.filter(([, coverage]) => 'by' in coverage).length
  return `
${part} of the ${moving.length} operations that move money, entitlements or commands take part. The others have a reason.

| Operation | Moves | Takes part |
|---|---|---|
${moving.join('\n')}

The other ${rows.length - moving.length} operations that are not reads move none of them:

| Group | Operations |
|---|---|
${[...groups].map(([group, members]) => `| ${upper(group)} | ${members.map(({ name }) => `\`${name}\``).join(', ')} |`).join('\n')}
`
}

/** Mutations by name: what each moves is on its card. */
const mutationRows = (): (readonly [string, Coverage])[] =>
  [...mutationCards]
    .map(([name, { moves }]): [string, Coverage] => [
      name,
      typeof moves === 'string' ? { moves, ...MUTATIONS[name]! } : { moves: null, group: moves.nothing },
    ])
    .toSorted(([one], [other]) => one.localeCompare(other))

function rowOf(name: string, coverage: Exclude<Coverage, { readonly moves: null }>): string {
  const part =
    'by' in coverage
      ? coverage.by.map((one) => POPULATIONS[one]).join(', ')
      : `no: ${coverage.reason} ([test](../${coverage.test}))`
  return `| \`${name}\` | ${coverage.moves} | ${part} |`
}

const upper = (text: string): string => text[0]!.toUpperCase() + text.slice(1)
