import { tellAgain } from './stories.js'

await tellAgain('catalog-usage', 'marketplace-story', 'plan-changes', 'plan-versions', 'purchase-stories', 'trials')
