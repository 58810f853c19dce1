import type { Contract, Shape } from '../shape.js'

/** Puts definitions that are used in one place there, so that an object reads from top to bottom. Objects of Stripe's stay. */
export function inlineUsedOnce(contract: Contract): Contract {
  const uses = new Map<string, number>()
  const count = (shape: Shape | null): void => {
    if (typeof shape === 'string' && shape.startsWith('#'))
      uses.set(shape.slice(1), (uses.get(shape.slice(1)) ?? 0) + 1)
    else if (typeof shape === 'object' && shape !== null) for (const inner of Object.values(shape)) count(inner)
  }
  const { operations, events, objects, definitions } = contract
  for (const { params, response } of Object.values(operations)) [params, response].forEach(count)
  for (const shape of [...Object.values(events), ...Object.values(definitions)]) count(shape)
  const kept = new Set(Object.values(objects).map((reference) => reference.slice(1)))
  const isInlined = (name: string) => uses.get(name) === 1 && !kept.has(name)
  const inline = (shape: Shape, within: readonly string[]): Shape => {
    if (typeof shape === 'string') {
      const name = shape.slice(1)
      const body = shape.startsWith('#') && isInlined(name) && !within.includes(name) ? definitions[name] : undefined
      return body === undefined ? shape : inline(body, [...within, name])
    }
    if (typeof shape === 'boolean') return shape
    if (Array.isArray(shape)) return shape.map((inner) => inline(inner, within))
    return Object.fromEntries(Object.entries(shape).map(([key, inner]) => [key, inline(inner, within)]))
  }
  const inlineAll = (record: Record<string, Shape>) =>
    Object.fromEntries(Object.entries(record).map(([key, shape]) => [key, inline(shape, [key])]))
  return {
    ...contract,
    operations: Object.fromEntries(
      Object.entries(operations).map(([route, { params, response }]) => [
        route,
        { params: params === null ? null : inline(params, []), response: inline(response, []) },
      ]),
    ),
    events: inlineAll(events),
    definitions: Object.fromEntries(
      Object.entries(inlineAll(definitions)).filter(([name]) => !isInlined(name) && (uses.has(name) || kept.has(name))),
    ),
  }
}
