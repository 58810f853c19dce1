import { tellAgain } from './stories.js'

await tellAgain('catalog-usage', 'plan-changes', 'plan-versions', 'purchase-stories', 'trials')
