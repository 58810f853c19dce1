import type { FeatureDefinition } from '#services/catalog/definition/types.js'

/** Pure: name of the period of a rate, for texts. */
export const periodName = ({ ratePeriod }: Pick<FeatureDefinition, 'ratePeriod'>): string =>
  ratePeriod === 'HOUR' ? 'hour' : 'minute'
