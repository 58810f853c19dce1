import type { UseProperties } from '#entities/entitlements/usage-price.js'
import type { WorkDimensionInput } from '#schema/entitlements/work.input.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { shown } from './work.js'

/** Properties of a use as the caller gives them. */
export type GivenProperties = readonly WorkDimensionInput[]

/** A value is a name or an ID, of which a feature has few: the rollup has a row for each combination in an hour and in a day. */
const MAX_VALUE = 100
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001F\u007F]/

/** Pure: denial of properties that the feature does not have, and of values that cannot be stored. Null if all are valid. */
export function invalidProperties({ name, properties }: FeatureDefinition, given: GivenProperties): Refused | null {
  const seen = new Set<string>()
  for (const { name: property, value } of given) {
    if (!properties.includes(property))
      return invalid(
        `${name} has no property ${shown(property)}. ${properties.length > 0 ? `Use ${properties.join(', ')}.` : 'The catalog states the properties of a feature.'}`,
      )
    if (seen.has(property)) return invalid(`properties names ${shown(property)} twice.`)
    seen.add(property)
    if (value.length === 0 || value.length > MAX_VALUE || CONTROL.test(value) || !value.isWellFormed())
      return invalid(`The property ${property} must have 1 to ${MAX_VALUE} characters, without control characters.`)
  }
  return null
}

/** Properties as they are stored. Null without any. */
export const storedProperties = (given: GivenProperties | null | undefined): UseProperties | null =>
  given && given.length > 0 ? Object.fromEntries(given.map(({ name, value }) => [name, value])) : null

/** Part of the input that an idempotency key identifies, in whatever order it is given. Nothing for a call without properties. */
export const propertiesOfKey = (given: GivenProperties | null | undefined): readonly string[] =>
  given && given.length > 0
    ? [JSON.stringify(Object.entries(storedProperties(given)!).sort(([left], [right]) => (left < right ? -1 : 1)))]
    : []

const invalid = (message: string): Refused => refused('INVALID_PARAMETERS', message, { field: 'properties' })
