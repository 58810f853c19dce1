import { HOLD_PARTS } from './hold-parts.js'
import { LEDGER_PARTS } from './ledger-parts.js'
import { PROBES } from './probe-parts.js'
import type { StatementPart } from './statement-part.js'

/** Everything that a statement may be made of; a bit of its mask says which of them are in it. */
export const PARTS: readonly StatementPart[] = [...PROBES, ...LEDGER_PARTS, ...HOLD_PARTS]

const statements = new Map<number, string>()

/** The statement for the parts of a mask: written out once, prepared by its text, and few in practice. */
export function statementOf(mask: number): string {
  let text = statements.get(mask)
  if (text === undefined) statements.set(mask, (text = writeOut(mask)))
  return text
}

function writeOut(mask: number): string {
  let parameter = 3
  const written = PARTS.map(({ columns, sql }, index) => {
    if (!(mask & (1 << index))) return ''
    const arrays = ['int', ...columns.map(({ type }) => type)].map((type) => `$${++parameter}::${type}[]`)
    return sql(`unnest(${arrays.join(', ')}) as r(n, ${columns.map(({ name }) => `"${name}"`).join(', ')})`)
  })
  const probes = written.slice(0, PROBES.length).filter(Boolean)
  const writes = written.slice(PROBES.length).filter(Boolean)
  const has = (name: string) => PARTS.some((candidate, index) => candidate.name === name && mask & (1 << index))
  const unless = (name: string) => (has(name) ? ` and not exists (select from ${name} k where k.n = w.n)` : '')
  const told = (name: string, columns: string) =>
    has(name) ? `(select json_agg(json_build_object(${columns})) from ${name} k where k.n = w.n)` : 'null::json'
  const ctes = [
    `wanted as materialized (
      select w.n::int as n, w.id, w.version, w.moves from unnest($1::text[], $2::bigint[], $3::boolean[]) with ordinality as w(id, version, moves, n))`,
    // In the order of ids, and before anything is believed: what waits here sees the version as the one before left it.
    `locked as materialized (
      select a.id, a.version from account a where a.id = any($1::text[]) order by a.id for no key update)`,
    ...probes,
    `proven as materialized (
      select w.n, w.id, w.version + 1 as version from wanted w join locked l on l.id = w.id and l.version = w.version
      where w.moves${unless('known')}${unless('otherwise')})`,
    `raised as (update account a set version = p.version from proven p where a.id = p.id)`,
    ...writes,
  ]
  return `with ${ctes.join(',\n    ')}
    select w.n, l.version as found, p.n is not null as written,
      ${told('known', `'index', k.index, 'version', k.version, 'op', k.op, 'request', k.request`)} as known,
      ${told('otherwise', `'index', k.index, 'held', k.held`)} as otherwise
    from wanted w left join locked l on l.id = w.id left join proven p on p.n = w.n`
}
