import { rerunScenario } from './stories.js'

await rerunScenario('catalog-usage', 'marketplace-story', 'plan-changes', 'plan-versions', 'purchase-stories', 'trials')
