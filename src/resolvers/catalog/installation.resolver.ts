import { Ctx, Resolver } from 'type-graphql'
import { query } from '#schema/kernel/decorators.js'
import { Installation, type InstallationMode } from '#schema/catalog/installation.type.js'
import { installation } from '#services/catalog/installation/installation.js'
import { toFeature } from './plan.mapper.js'
import type { RequestContext } from '#context/request-context.js'

@Resolver(() => Installation)
export class InstallationResolver {
  @query(
    'Public data of this installation: mode, currencies, providers, clock, features and lists of types.',
    () => Installation,
  )
  installation(@Ctx() context: RequestContext): Installation {
    const { mode, clock, features, seatFeatures, poolFeatures, ...rest } = installation(context)
    return {
      ...rest,
      mode: mode.toUpperCase() as InstallationMode,
      clock: { __typename: 'Clock', ...clock },
      features: features.map(toFeature),
      seatFeatures: seatFeatures.map(toFeature),
      poolFeatures: poolFeatures.map(toFeature),
    }
  }
}
