import type { ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { isObject } from './is-object.js'

const FIELD = 'infrastructureRequirements'

/** Server requirements in our model. Null if there are none. */
export interface ServerRequirements {
  readonly cpuCores: number | null
  readonly memoryMb: number | null
  readonly diskGb: number | null
  /** Null: any. */
  readonly clouds: readonly string[] | null
  readonly systems: readonly string[] | null
}

/** Both spellings that are about: ours, and the old server's. */
const NUMBERS = {
  cpuCores: ['cpu_cores', 'min_cpu_cores'],
  memoryMb: ['memory_mb', 'min_ram_mb'],
  diskGb: ['disk_gb', 'min_disk_gb'],
} as const
const LISTS = { clouds: ['clouds', 'supported_clouds'], systems: ['systems', 'supported_os'] } as const
const MAX_AMOUNT = 1_000_000

/** Pure: what is wrong with the requirements of a template. Keys that are not known are kept for those who know them. */
export function validateRequirements(given: unknown): ValidationIssue[] {
  if (given === null || given === undefined) return []
  if (!isObject(given))
    return [{ path: [FIELD], message: 'requirements must be a map, for example { memory_mb: 512 }.' }]
  const numbers = Object.values(NUMBERS)
    .flat()
    .filter((name) => given[name] !== undefined && given[name] !== null && !isSize(given[name]))
    .map((name) => ({
      path: [FIELD, name],
      message: `${name} must be a number above 0 and at most ${MAX_AMOUNT}.`,
    }))
  const lists = Object.values(LISTS)
    .flat()
    .filter((name) => given[name] !== undefined && given[name] !== null && !isTexts(given[name]))
    .map((name) => ({ path: [FIELD, name], message: `${name} must be a list of strings.` }))
  return [...numbers, ...lists]
}

/** Reads stored requirements. They can be older than the current rules, so invalid values count as absent. */
export function readServerRequirements(stored: Readonly<Record<string, unknown>> | null): ServerRequirements {
  const number = (names: readonly string[]) => names.map((name) => stored?.[name]).find(isSize) ?? null
  const list = (names: readonly string[]) => {
    const found = names.map((name) => stored?.[name]).find(isTexts)
    return found?.length ? found.map((item) => item.toLowerCase()) : null
  }
  return {
    cpuCores: number(NUMBERS.cpuCores),
    memoryMb: number(NUMBERS.memoryMb),
    diskGb: number(NUMBERS.diskGb),
    clouds: list(LISTS.clouds),
    systems: list(LISTS.systems),
  }
}

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 && value <= MAX_AMOUNT

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length <= 100 && value.every((item) => typeof item === 'string' && item.length <= 100)
