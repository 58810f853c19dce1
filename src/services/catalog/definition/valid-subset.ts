import type { z } from 'zod'

/** A shape whose fields may be absent is compiled once. */
const partialOf = new WeakMap<z.ZodObject, z.ZodObject>()

/** A map without the fields that its shape rejects. An empty map if the value is not a map. */
export function validSubset(value: unknown, shape: z.ZodObject): Readonly<Record<string, unknown>> {
  const shapeOfPart = partialOf.get(shape) ?? shape.partial()
  partialOf.set(shape, shapeOfPart)
  const first = shapeOfPart.safeParse(value)
  if (first.success) return first.data
  const part = withoutIssues(value, first.error.issues, Number.POSITIVE_INFINITY)
  const second = shapeOfPart.safeParse(part)
  if (second.success) return second.data
  const rest = shapeOfPart.safeParse(withoutIssues(part, second.error.issues, 1))
  return rest.success ? rest.data : {}
}

/** Takes out what each issue points at, or what holds it when it lies deeper than the depth. */
function withoutIssues(value: unknown, issues: readonly z.core.$ZodIssue[], depth: number): unknown {
  const copy = structuredClone(value)
  for (const issue of issues) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined]
    for (const key of keys) remove(copy, [...issue.path, ...(key === undefined ? [] : [key])].slice(0, depth))
  }
  return copy
}

function remove(root: unknown, path: readonly PropertyKey[]): void {
  const last = path.at(-1)
  let holder = root
  for (const key of path.slice(0, -1)) holder = isObject(holder) ? holder[key] : undefined
  if (last !== undefined && isObject(holder)) delete holder[last]
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null
}
