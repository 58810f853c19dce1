import type { StepResult } from './run-scenario.js'

/** Differences between two runs of a scenario, one line each: `a customer is made: email: "a" | "b"`. */
export function diffTraces(one: readonly StepResult[], other: readonly StepResult[]): string[] {
  const others = new Map(other.map(({ step, outcome }) => [step, outcome]))
  return one.flatMap(({ step, outcome }) => {
    if (!others.has(step)) return [`${step}: played by one only`]
    return differences(outcome, others.get(step), '').map((line) => `${step}: ${line}`)
  })
}

function differences(one: unknown, other: unknown, path: string): string[] {
  if (isObject(one) && isObject(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)])
    return [...keys].flatMap((key) => differences(one[key], other[key], path === '' ? key : `${path}.${key}`))
  }
  const [left, right] = [JSON.stringify(one) ?? 'absent', JSON.stringify(other) ?? 'absent']
  return left === right ? [] : [`${path || 'it'}: ${left} | ${right}`]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
