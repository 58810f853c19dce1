import { rerunScenario } from './stories.js'

await rerunScenario('marketplace-story', 'purchase-stories')
