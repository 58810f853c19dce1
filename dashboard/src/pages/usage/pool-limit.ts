import type { InstallationData, SubAccountFields } from '@stackgate/client/documents'
import { knownText } from '../../ui/known-text.js'
import { poolWords } from '../../words/en/pools.js'
import { capWords } from '../../words/en/spend-caps.js'

export type PooledFeature = InstallationData['installation']['poolFeatures'][number]
export type PoolLimit = SubAccountFields['limits'][number]

export const limitName = ({ feature, period }: PoolLimit): string =>
  poolWords.limit(feature.name, knownText(capWords.periods, period) ?? period)
