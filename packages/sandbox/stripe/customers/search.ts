import { invalid, notImplemented } from '../api/stripe-error.js'

type Test = (object: Record<string, unknown>) => boolean

const CLAUSE = /^(-?)(\w+)(?:\[(["'])(.+?)\3\])?\s*(:|~|>=|<=|>|<)\s*(?:(["'])((?:\\.|(?!\6).)*)\6|(\d+|null))$/

/** Reads a query of Stripe's search: clauses that AND or OR joins, not both. */
export function readSearch(query: string, fields: readonly string[]): Test {
  const parts = query.split(/\s+(AND|OR)\s+/i)
  const joins = new Set(parts.filter((_, index) => index % 2 === 1).map((join) => join.toUpperCase()))
  if (joins.size > 1) throw invalid('You cannot combine AND and OR within the same query.', 'query')
  const tests = parts.filter((_, index) => index % 2 === 0).map((clause) => readClause(clause.trim(), fields))
  return joins.has('OR')
    ? (object) => tests.some((test) => test(object))
    : (object) => tests.every((test) => test(object))
}

function readClause(clause: string, fields: readonly string[]): Test {
  const [, minus, field = '', , key, operator = ':', , quoted, bare] = CLAUSE.exec(clause) ?? []
  if (field === '') throw invalid('We were unable to parse your search query.', 'query')
  if (!fields.includes(field)) throw notImplemented(`Searching by ${field}`, 'query')
  const wanted = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? ''
  const test: Test = (object) => {
    const found = key === undefined ? object[field] : (object[field] as Record<string, unknown>)[key]
    if (bare === 'null') return found == null
    if (found == null) return false
    return compare(found as string | number, operator, wanted)
  }
  return minus === '-' ? (object) => !test(object) : test
}

function compare(found: string | number, operator: string, wanted: string): boolean {
  if (typeof found === 'number') {
    const [one, other] = [found, Number(wanted)]
    if (operator === '>') return one > other
    if (operator === '<') return one < other
    if (operator === '>=') return one >= other
    return operator === '<=' ? one <= other : one === other
  }
  const [one, other] = [found.toLowerCase(), wanted.toLowerCase()]
  return operator === '~' ? one.includes(other) : one === other
}
