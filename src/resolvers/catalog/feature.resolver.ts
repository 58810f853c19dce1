import { Ctx, Resolver } from 'type-graphql'
import { Feature } from '#schema/catalog/feature.type.js'
import { query } from '#schema/kernel/decorators.js'
import { features } from '#services/catalog/features/features.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature } from './plan.mapper.js'

@Resolver(() => Feature)
export class FeatureResolver {
  @query('Features of the catalog, in its order: the rows of a comparison of plans. Public.', () => [Feature])
  features(@Ctx() context: RequestContext): Feature[] {
    return features(context).map(toFeature)
  }
}
