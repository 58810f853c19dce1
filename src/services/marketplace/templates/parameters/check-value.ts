import type { TemplateParameter } from '#entities/marketplace/template-parameter.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { isOneLine } from '#services/kernel/text/one-line.js'
import { MAX_MATCHED, patternOf } from './pattern.js'

const MAX_CHARACTERS = 10_000
const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/
const HOST = /^(?=.{1,253}$)(?:(?!-)[a-z\d-]{1,63}(?<!-)\.)*(?!-)[a-z\d-]{1,63}(?<!-)$/i
const EMAIL = /^[^\s@,;:<>()[\]\\"]{1,64}@[^\s@]{1,253}$/

type Typed = Pick<TemplateParameter, 'type'> & Partial<Pick<TemplateParameter, 'options'>>

/** Why a value has not the type of its parameter, as the end of a sentence. Null if it has. */
export function typeFault({ type, options = [] }: Typed, value: string): string | null {
  switch (type) {
    case 'NUMBER':
      return NUMBER.test(value) ? null : 'must be a number, for example 10'
    case 'BOOLEAN':
      return value === 'true' || value === 'false' ? null : 'must be true or false'
    case 'DOMAIN':
      return HOST.test(value) ? null : 'must be a domain, for example app.example.com'
    case 'PORT':
      return /^\d{1,5}$/.test(value) && isPort(Number(value)) ? null : 'must be a port from 1 to 65535'
    case 'EMAIL':
      return EMAIL.test(value) && HOST.test(value.slice(value.lastIndexOf('@') + 1))
        ? null
        : 'must be an email address, for example ann@example.com'
    case 'CHOICE':
      return options.some((option) => option.value === value)
        ? null
        : `must be one of ${options
            .map((option) => option.value)
            .join(', ')
            .slice(0, 200)}`
    case 'TEXT':
    case 'PASSWORD':
      return null
  }
}

const isPort = (port: number): boolean => port >= 1 && port <= 65_535

/** Why a value does not fit its parameter, as the end of a sentence. Null if it fits. */
export function valueFault(parameter: TemplateParameter, value: string): string | null {
  // An agent writes values as lines of a file, in which a line break would begin another variable.
  if (!isOneLine(value) || !isPostgresSafe(value)) return 'must be a single line'
  const { pattern, type, minimum, maximum } = parameter
  const limit = pattern === null ? MAX_CHARACTERS : MAX_MATCHED
  if (value.length > limit) return `must have at most ${limit} characters`
  const fault = typeFault(parameter, value)
  if (fault) return fault
  const isNumber = type === 'NUMBER'
  const size = isNumber ? Number(value) : value.length
  const unit = isNumber ? '' : ' characters'
  if (minimum !== null && size < minimum) return `must ${isNumber ? 'be' : 'have'} at least ${minimum}${unit}`
  if (maximum !== null && size > maximum) return `must ${isNumber ? 'be' : 'have'} at most ${maximum}${unit}`
  return pattern === null || patternOf(pattern)?.test(value) ? null : `must match ${pattern}`
}
