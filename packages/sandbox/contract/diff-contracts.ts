import type { Contract, Shape } from './shape.js'

/** Returns the differences between two contracts, one per line: `POST /v1/customers params: email? removed`. */
export function diffContracts(before: Contract, after: Contract): string[] {
  const lines: string[] = []
  if (before.sdk !== after.sdk) lines.push(`SDK ${before.sdk} is now ${after.sdk}`)
  if (before.apiVersion !== after.apiVersion) lines.push(`API version ${before.apiVersion} is now ${after.apiVersion}`)
  const known = new Set(before.routes)
  const now = new Set(after.routes)
  lines.push(...after.routes.filter((route) => !known.has(route)).map((route) => `${route}: new route`))
  lines.push(...before.routes.filter((route) => !now.has(route)).map((route) => `${route}: route removed`))
  for (const [route, operation] of Object.entries(after.operations)) {
    const old = before.operations[route]
    if (old === undefined) continue
    diffShapes(`${route} params`, old.params ?? {}, operation.params ?? {}, lines)
    diffShapes(`${route} response`, old.response, operation.response, lines)
  }
  diffShapes('events', before.events, after.events, lines)
  diffShapes('definitions', before.definitions, after.definitions, lines)
  return lines
}

function diffShapes(path: string, before: Shape, after: Shape, lines: string[]): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return
  if (Array.isArray(before) && Array.isArray(after)) return diffChoices(path, before, after, lines)
  if (isFields(before) && isFields(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const [old, now] = [before[key], after[key]]
      const place = `${path}${key === '[]' || key === '{}' ? key : `.${key}`}`
      if (old === undefined) lines.push(`${place}: new, ${show(now)}`)
      else if (now === undefined) lines.push(`${place}: removed`)
      else diffShapes(place, old, now, lines)
    }
    return
  }
  lines.push(`${path}: ${show(before)} is now ${show(after)}`)
}

/** Choices are compared as sets; a pair of objects that is left over is compared by its fields. */
function diffChoices(path: string, before: readonly Shape[], after: readonly Shape[], lines: string[]): void {
  const without = (some: readonly Shape[], others: readonly Shape[]) => {
    const texts = new Set(others.map((other) => JSON.stringify(other)))
    return some.filter((one) => !texts.has(JSON.stringify(one)))
  }
  const gone = without(before, after)
  const come = without(after, before)
  const [old, now] = [gone[0], come[0]]
  if (gone.length === 1 && come.length === 1 && isFields(old) && isFields(now)) return diffShapes(path, old, now, lines)
  lines.push(
    ...come.map((one) => `${path}: may now be ${show(one)}`),
    ...gone.map((one) => `${path}: no longer ${show(one)}`),
  )
}

function isFields(shape: Shape | undefined): shape is Record<string, Shape> {
  return typeof shape === 'object' && !Array.isArray(shape)
}

function show(shape: Shape | undefined): string {
  const text = JSON.stringify(shape) ?? 'nothing'
  return text.length > 160 ? `${text.slice(0, 157)}...` : text
}
