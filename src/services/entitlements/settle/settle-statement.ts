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

/**
 * What every statement begins with. The places of the accounts in the arrays are the numbers of their changes, so that what belongs
 * together is found by its number: joining the rows by comparing them took a quarter of the statement's time.
 */
const WANTED = `wanted as materialized (
      select w.n::int as n, w.id, w.version, w.moves from unnest($1::text[], $2::bigint[], $3::boolean[]) with ordinality as w(id, version, moves, n))`

// In the order of ids, and before anything is believed: what waits here sees the version as the one before left it.
const LOCKED = `locked as materialized (
      select w.n, a.id, a.version as found, case when w.moves and a.version = w.version then a.version + 1 end as next
      from wanted w join account a on a.id = w.id order by a.id for no key update of a)`

/** The numbers of the changes that are written, and the next versions of their accounts beside them. */
const proofOf = (unless: string): string => `proof as materialized (
      select array_agg(l.n) as numbers, array_agg(l.next) as versions from locked l where l.next is not null${unless})`

const RAISED = `raised as (
      update account a set version = l.next from locked l, proof p where a.id = l.id and l.n = any(p.numbers))`

function writeOut(mask: number): string {
  let parameter = 3
  const has = (name: string) => PARTS.some((candidate, index) => candidate.name === name && mask & (1 << index))
  const written = PARTS.map(({ columns, sql }, index) => {
    if (!(mask & (1 << index))) return ''
    const arrays = ['int', ...columns.map(({ type }) => type)].map((type) => `$${++parameter}::${type}[]`)
    const rows = `unnest(${arrays.join(', ')}) as r(n, ${columns.map(({ name }) => `"${name}"`).join(', ')})`
    return sql(index < PROBES.length ? rows : provenOf(rows))
  })
  const probes = written.slice(0, PROBES.length).filter(Boolean)
  const writes = written.slice(PROBES.length).filter(Boolean)
  const unless = ['known', 'otherwise']
    .filter(has)
    .map((name) => ` and not exists (select from ${name} k where k.n = l.n)`)
  const told = (name: string, columns: string) =>
    has(name) ? `(select json_agg(json_build_object(${columns})) from ${name} k where k.n = l.n)` : 'null::json'
  const ctes = [WANTED, LOCKED, ...probes, proofOf(unless.join('')), RAISED, ...writes]
  return `with ${ctes.join(',\n    ')}
    select l.n, l.found, coalesce(l.n = any(p.numbers), false) as written,
      ${told('known', `'index', k.index, 'version', k.version, 'op', k.op, 'request', k.request`)} as known,
      ${told('otherwise', `'index', k.index, 'held', k.held`)} as otherwise
    from locked l, proof p`
}

/** The rows of accounts that were proved, each with its account and the version that it becomes. */
const provenOf = (rows: string): string =>
  `(select ($1::text[])[r.n] as proven_id, p.versions[array_position(p.numbers, r.n)] as proven_version, r.*
        from proof p, ${rows} where r.n = any(p.numbers)) as r`
