import { RESERVATION_CTES } from './reservation-ctes.js'
import { LEDGER_CTES } from './ledger-ctes.js'
import { PRECONDITION_CTES } from './precondition-ctes.js'
import { textsOf, type StatementCte } from './statement-cte.js'
import { extendedState, currentState } from '../snapshot/snapshot.sql.js'

/** Everything that a statement may be made of; a bit of its mask says which of them are in it. */
export const STATEMENT_CTES: readonly StatementCte[] = [...PRECONDITION_CTES, ...LEDGER_CTES, ...RESERVATION_CTES]

/** Bit of the mask in addition to the parts: some changes write nothing. */
export const HAS_READ_ONLY_CHANGES = 1 << STATEMENT_CTES.length

/** Bit of the mask in addition to the parts: the statement also returns the state of accounts that have a later version. */
export const RETURNS_CURRENT = HAS_READ_ONLY_CHANGES << 1

/** Bit of the mask in addition to the parts: the returned state has quantities of rate cards and spend caps. */
export const RETURNS_EXTENDED = RETURNS_CURRENT << 1

/** Bit of the mask in addition to the parts: one change with at most one row of each part, whose parameters are values and not arrays. */
export const IS_SINGLE = RETURNS_EXTENDED << 1

const statements = new Map<number, string>()

/** The statement for the parts of a mask: written out once, prepared by its text, and few in practice. */
export function buildStatement(mask: number): string {
  let text = statements.get(mask)
  if (text === undefined) statements.set(mask, (text = renderStatement(mask)))
  return text
}

/** Expressions of SQL for the parameters. */
interface ParameterForm {
  /** Beginning of the statement: the accounts with the numbers of their changes, from 1. */
  readonly wanted: string
  /** Account of a row `r`, and its next version, before the versions are proved. */
  readonly account: string
  readonly version: string
  /** The rows of a part as `r` with the number of the change as `n`, whose parameters begin after a number. */
  readonly rows: (cte: StatementCte, after: number) => { readonly text: string; readonly last: number }
  /** The first value of a parameter. */
  readonly first: (parameter: number, type: string) => string
}

/**
 * Arrays. The position of an account in the arrays is the number of its change, and rows are joined by that number:
 * joining by account ID took a quarter of the statement's time.
 */
const ARRAYS: ParameterForm = {
  wanted: `wanted as materialized (
      select w.n::int as n, w.id, w.version, w.moves from unnest($1::text[], $2::bigint[], $3::boolean[]) with ordinality as w(id, version, moves, n))`,
  account: '($1::text[])[r.n]',
  version: '($2::bigint[])[r.n] + 1',
  rows: ({ columns }, after) => {
    const arrays = ['int', ...columns.map(({ type }) => type)].map((type, index) => `$${after + index + 1}::${type}[]`)
    return {
      text: `unnest(${arrays.join(', ')}) as r(n, ${columns.map(({ name }) => `"${name}"`).join(', ')})`,
      last: after + arrays.length,
    }
  },
  first: (parameter, type) => `($${parameter}::${type}[])[1]`,
}

/** Values: PostgreSQL takes a quarter less time for one account than with arrays. */
const VALUES: ParameterForm = {
  wanted: `wanted as not materialized (select 1 as n, $1::text as id, $2::bigint as version, $3::boolean as moves)`,
  account: '$1::text',
  version: '$2::bigint + 1',
  rows: ({ columns }, after) => ({
    text: `(select 1 as n, ${columns.map(({ name, type }, index) => `$${after + index + 1}::${type} as "${name}"`).join(', ')}) as r`,
    last: after + columns.length,
  }),
  first: (parameter, type) => `$${parameter}::${type}`,
}

/**
 * Increments the version of every account that still has the expected version, in ID order. A change that waited for a
 * concurrent commit sees the new version and is skipped.
 */
const bumpVersionCte = (unless: string): string => `raised as (
      update account a set version = a.version + 1
      from (select w.n, w.id, w.version from wanted w where w.moves${unless} order by w.id) w
      where a.id = w.id and a.version = w.version returning w.n)`

/** The numbers of the changes that are written. */
const PROOF = `proof as materialized (select array_agg(r.n) as numbers from raised r)`

/** A change that moves nothing is proved by the version that its account has. */
const SEEN = `(select json_agg(json_build_object('n', w.n, 'version', a.version))
        from wanted w cross join lateral (select version from account where id = w.id) a where not w.moves)`

/**
 * State of the accounts that are not written and have another version. All parts of a statement read the same state of
 * the database. If the other version was committed after the statement began, nothing newer is visible, and the caller
 * reads the account again.
 */
const currentOf = (at: string, membersSince: string, state: typeof currentState): string => `(
      select json_agg(json_build_object('n', w.n, 'id', a.id, 'name', a.name, 'version', a.version, 'createdAt', a.created_at, 'timeZone', a.time_zone,
        'state', ${state(at, membersSince)}))
      from wanted w join account a on a.id = w.id
      where not (w.n = any(coalesce(p.numbers, '{}'))) and a.version <> w.version)`

function renderStatement(mask: number): string {
  const form = mask & IS_SINGLE ? VALUES : ARRAYS
  const { wanted, account, version } = form
  let parameter = 3
  const has = (name: string) =>
    STATEMENT_CTES.some((candidate, index) => candidate.name === name && mask & (1 << index))
  const written = STATEMENT_CTES.map((cte, index) => {
    if (!(mask & (1 << index))) return []
    const { text: rows, last } = form.rows(cte, parameter)
    parameter = last
    return index < PRECONDITION_CTES.length
      ? textsOf(cte, { rows, account, version }).map(([name, text]) => `${name} as materialized (${text})`)
      : textsOf(cte, { rows: provenOf(rows, form), ...PROVEN_ACCOUNT }).map(([name, text]) => `${name} as (${text})`)
  })
  const probes = written.slice(0, PRECONDITION_CTES.length).flat()
  const writes = written.slice(PRECONDITION_CTES.length).flat()
  const unless = ['known', 'otherwise', 'committed']
    .filter(has)
    .map((name) => ` and not exists (select from ${name} k where k.n = w.n)`)
  const rowsAsJson = (name: string, columns: string) =>
    has(name) ? `(select json_agg(json_build_object('n', k.n, ${columns})) from ${name} k)` : 'null::json'
  const ctes = [wanted, ...probes, bumpVersionCte(unless.join('')), PROOF, ...writes]
  const current = () =>
    currentOf(
      form.first(parameter + 1, 'timestamptz'),
      form.first(parameter + 2, 'timestamptz'),
      mask & RETURNS_EXTENDED ? extendedState : currentState,
    )
  return `with ${ctes.join(',\n    ')}
    select to_json(p.numbers) as written, ${mask & HAS_READ_ONLY_CHANGES ? SEEN : 'null::json'} as seen,
      ${rowsAsJson('known', `'index', k.index, 'version', k.version, 'operationNo', k.operation_no, 'request', k.request_fingerprint`)} as known,
      ${rowsAsJson('otherwise', `'index', k.index, 'held', k.held`)} as otherwise,
      ${rowsAsJson('committed', `'index', k.index`)} as committed,
      ${mask & RETURNS_CURRENT ? current() : 'null::json'} as current
    from proof p`
}

const PROVEN_ACCOUNT = { account: 'r.proven_id', version: 'r.proven_version' }

/** The rows of accounts that were proved, each with its account and the version that it becomes. */
const provenOf = (rows: string, { account, version }: ParameterForm): string =>
  `(select ${account} as proven_id, ${version} as proven_version, r.*
        from proof p, ${rows} where r.n = any(p.numbers)) as r`
