import { extendEnum } from '../kernel/decorators.js'
import { SearchType } from '../ops/search.type.js'

// Deployments add this value to an enum of a lower module.

extendEnum(SearchType, { DEPLOYMENT: 'By ID, hash, or the ID of its agent.' })
